"""The access package: all that bears on a person and nothing of others, sealed for them alone, built by work that may be killed (P10)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import escape
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Row, Table, select
from sqlmodel import SQLModel

from console.platform_api import jobs
from console.platform_api.access_package import building, contents, sealing
from console.platform_api.access_package.gathering import Gathering
from console.platform_api.access_package.of_looks import LOOKS
from console.platform_api.access_package.of_the_person import HOLDS
from console.platform_api.documents import DocumentError, load, load_json
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import PackagePart, PrivacyRequestRow, SignIn, table
from console.platform_api.vault import OwnerKey, VaultError
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import add_order, add_pair, row_of
from tests.platform_api.packages_made import (
    LETTER,
    act,
    asked,
    built,
    files_in,
    package_of,
    release,
    released,
    somebody,
    take,
)
from tests.platform_api.people import add_person, add_ticket, log_of, post
from tests.platform_api.privacy_made import claimed
from tests.platform_api.worked import Clock, jobs_left, worker

SCRIPT = '<script>alert("q")</script>&'


def data_in(files: dict[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["data.json"])["sections"]
    return found


def strings_in(found: Any) -> Iterator[str]:
    """All texts, however deep they stand."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list | tuple):
        for one in found:
            yield from strings_in(one)
    elif isinstance(found, dict):
        for one in found.values():
            yield from strings_in(one)


# All of it, and nobody else's


def sealed_texts(platform: Platform, owner: str) -> Iterator[tuple[str, bytes]]:
    """Table and content of everything in the database that opens under the owner's key, found by trying it everywhere."""
    key = platform.vault.keys_of([owner])[owner]
    for found_in in SQLModel.metadata.sorted_tables:
        sealed = [column.name for column in found_in.columns if column.name.startswith("sealed_")]
        with platform.database.reading() as connection:
            rows = connection.execute(select(found_in)).all() if sealed else []
        for row, column in product(rows, sealed):
            content = _opened(key, found_in, row, column)
            if content is not None:
                yield found_in.name, content


def _opened(key: OwnerKey, found_in: Table, row: Row[Any], column: str) -> bytes | None:
    """A value is bound to its place, so each place that it may be bound to is tried."""
    name, sealed = found_in.name, getattr(row, column)
    resources = {name, name.replace("_", "-"), "application-documents", getattr(row, "resource", None), "users"}
    records = {getattr(row, other, None) for other in ("id", "document", "record", "owner")}
    kinds = {column.removeprefix("sealed_"), "content"}
    for resource, record, kind in product(resources, records, kinds) if sealed is not None else ():
        try:
            return key.open(str(resource), str(record), kind, bytes(sealed))
        except VaultError:
            continue
    return None


def said_in(content: bytes) -> set[str]:
    """The values of a sealed document of whatever kind."""
    try:
        return {value.value for value in load(content).values()}
    except DocumentError:
        found = load_json(content)
        return {found["text"]} if "salt" in found else set(strings_in(found))


BYTES = ("document_contents", "privacy_packages")
"""Tables whose sealed values are no texts."""

ASKED = ("privacy_requests", "tickets")
"""Of the request itself: the letter with the link is written once the package is built."""


def test_all_that_opens_under_the_person_s_key_stands_in_it_and_nothing_of_anybody_else(api: Api) -> None:
    platform = api.platform
    person, _ = somebody(platform, "quox"), somebody(platform, "blee")
    why = {"reason": "terms", "text": "Reasonquox"}
    suspended = post(api.sign_in("manager"), f"/v1/users/{person}/suspend", why, version=1)
    assert suspended.status_code == 200, suspended.text
    found = released(api, person)
    files = files_in(take(api, found))
    data = data_in(files)
    texts = "\n".join(strings_in(data))

    opened = [
        *sealed_texts(platform, person),
        *(one for one in sealed_texts(platform, found.request) if one[0] in ASKED),
    ]
    documents = [content for name, content in opened if name == "document_contents"]
    said = {text: name for name, content in opened if name not in BYTES for text in said_in(content)}
    lacking = {text: name for text, name in said.items() if text not in texts and not text.startswith("[{")}
    assert lacking == {}
    assert len({name for name, _ in opened}) >= 18
    assert [content for name, content in files.items() if name.startswith("documents/")] == documents
    for canary in (
        "Itemquox",
        "Messagequox",
        "Jottedquox",
        "Letterquox",
        "Clerkquox",
        "Reasonquox",
        "google.quox@example.net",
        "entrant.quox@example.net",
        "9 Prizequox",
    ):
        assert canary in texts
    assert "blee" not in str(data) + files["data.html"].decode()
    assert {name: len(items) for name, items in data.items()} == package_of(platform, found.request).counts
    assert [s.name for s in contents.SECTIONS if not data[s.name]] == []


def test_the_page_says_the_same_and_what_people_typed_does_nothing_in_it(sqlite_api: Api) -> None:
    person = add_person(sqlite_api.platform, name=SCRIPT, street="12 Fairfield Avenue")
    add_ticket(sqlite_api.platform, person=person, message=f"{SCRIPT} <img src=x onerror=alert(1)>")
    add_order(sqlite_api.platform, person, care_notes="</dd></dl><h1>Free</h1>")
    files = files_in(take(sqlite_api, released(sqlite_api, person)))
    page = files["data.html"].decode()
    assert all(escape(text) in page for text in strings_in(data_in(files)) if not text.endswith("Z"))
    assert not any(tag in page for tag in ("<script", "<img", "<h1>Free", "http://", "https://"))
    assert "100.00 USD" in page


def test_a_pro_s_package_has_the_order_without_what_the_parent_said(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    parent, pro = add_pair(platform)
    order = add_order(platform, parent, pro, pet_name="Biscuit", care_notes="Afraid of thunder")
    add_ticket(platform, person=parent, links=[("users", pro), ("orders", order)], message="She was late.")
    data = data_in(files_in(take(sqlite_api, released(sqlite_api, pro))))
    [ordered] = data["orders_as_pro"]
    assert ordered["amount"] == 10_000 and "left_out" in ordered
    assert not any(word in str(data) for word in ("Biscuit", "thunder", "She was late", "Ada Parent"))
    assert "left_out" in data["tickets"][0]["messages"][0]


def test_who_looked_is_told_by_time_role_and_purpose_and_not_by_name(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    person = add_person(platform)
    order = add_order(platform, person)
    ticket = add_ticket(platform, "support", person=person)
    support = sqlite_api.sign_in("support", case=ticket)
    revealed = post(
        support, f"/v1/users/{person}/reveal", {"case": ticket, "reason": "answer_ticket", "fields": ["email"]}
    )
    assert support.get(f"/v1/orders/{order}").status_code == 200
    looks = data_in(files_in(take(sqlite_api, released(sqlite_api, person))))["looks"]
    assert revealed.status_code == 200, revealed.text
    told = {(look["what"], look["role"]) for look in looks}
    assert {("users: reveal", "support"), ("orders: read", "support")} <= told
    [reveal] = [look for look in looks if look["what"] == "users: reveal"]
    assert (reveal["fields"], reveal["reason"], "case" in reveal) == (["email"], "answer_ticket", True)
    assert employee_id(platform, "support") not in str(looks) and "support@" not in str(looks)


def test_while_fraud_is_looked_into_nothing_tells_them_of_it(api: Api) -> None:
    """Once the hold is lifted all of it is told."""
    platform, manager = api.platform, api.sign_in("manager")
    person = add_person(platform)

    def reveal(reason: str) -> None:
        ticket = add_ticket(platform, "support", person=person)
        wish = {"case": ticket, "reason": reason, "fields": ["email"]}
        assert post(api.sign_in("support", case=ticket), f"/v1/users/{person}/reveal", wish).status_code == 200

    def told() -> tuple[list[str], set[tuple[str, str | None]]]:
        with platform.database.reading() as connection:
            gathering = Gathering(platform, connection, person, new_id())
            rows = [section.dress(gathering, section.some(gathering, "", 500)) for section in (HOLDS, LOOKS)]
        return [hold["reason"] for hold in rows[0]], {(look["what"], look.get("reason")) for look in rows[1]}

    reveal("answer_ticket")
    for by, action, version in (("support", "lock", 1), ("manager", "hold", 2)):
        body = {"reason": "fraud", "text": "Stolen cards"}
        done = post(api.sign_in(by), f"/v1/users/{person}/{action}", body, version=version)
        assert done.status_code == 200, done.text
    reveal("security")
    hidden = {("users: hold", "fraud"), ("users: lock", "fraud"), ("users: reveal", "security")}
    holds, looks = told()
    assert (holds, looks & hidden, ("users: reveal", "answer_ticket") in looks) == ([], set(), True)
    assert post(manager, f"/v1/users/{person}/lift-hold", {"text": "Nothing in it"}, version=3).status_code == 200
    holds, looks = told()
    assert (holds, hidden - looks) == (["fraud"], set())


def test_none_is_an_answer(sqlite_api: Api) -> None:
    found = released(sqlite_api, None)
    files = files_in(take(sqlite_api, found))
    assert {name for name, items in data_in(files).items() if items} == {"privacy_requests"}
    assert files["data.html"].count(b"<p>None.</p>") == len(contents.SECTIONS) - 1


# For the person alone


def test_employees_see_counts_and_a_hash_and_the_link_and_the_passphrase_are_kept_nowhere(api: Api) -> None:
    platform = api.platform
    person = somebody(platform, "quox")
    request = built(api, person)
    passphrase = release(api, request).passphrase
    shown = api.sign_in("privacy").get(f"/v1/privacy-requests/{request}").json()
    package = package_of(platform, request)
    assert (shown["package"]["state"], shown["package"]["counts"]["orders"]) == ("released", 1)
    assert shown["package"]["sha256"] == package.sha256
    assert "passphrase" not in shown and "Petquox" not in str(shown) and "/v1/packages/" not in str(shown)
    stored = everything_stored(platform)
    assert not [word for word in (passphrase, passphrase.replace("-", "")) if word.encode() in stored]
    assert not [word for word in ("Petquox", "google.quox", "Contentquox") if word.encode() in stored]
    key = platform.vault.keys_of([person])[person]
    with pytest.raises(VaultError):
        sealing.open_key(key, request, bytes(package.sealed_key))


def everything_stored(platform: Platform) -> bytes:
    """Every value of every table, as bytes."""
    found = []
    for found_in in SQLModel.metadata.sorted_tables:
        with platform.database.reading() as connection:
            for row in connection.execute(select(found_in)):
                found += [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(found)


def test_a_lost_answer_is_repeated_with_the_same_passphrase(sqlite_api: Api) -> None:
    request = built(sqlite_api, add_person(sqlite_api.platform))
    row = row_of(sqlite_api.platform, PrivacyRequestRow, request)
    client, path = sqlite_api.sign_in("privacy"), f"/v1/privacy-requests/{request}/release-package"
    answers = [post(client, path, {"message": LETTER}, version=row.version, intent="the-same-intent") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
    assert answers[0].json()["passphrase"] == answers[1].json()["passphrase"]
    assert len(log_of(sqlite_api.platform, "privacy-requests:release-package")) == 1


def test_the_link_and_the_passphrase_open_it_and_an_hour_later_nothing_is_left(api: Api) -> None:
    platform = api.platform
    clock, person = Clock(platform), add_person(platform)
    found = released(api, person)
    page = api.get(found.path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert take(api, found, "ABCD-EFGH-JKMN-PQRS-TUVW").status_code == 403
    assert files_in(take(api, found, found.passphrase.lower().replace("-", " ")))
    clock.forward(minutes=50)
    assert files_in(take(api, found))
    clock.forward(minutes=20)
    worker(platform).run_all()
    assert (take(api, found).status_code, api.get(found.path).status_code) == (404, 404)
    package = package_of(platform, found.request)
    assert (package.state, package.sealed_key, parts_left(platform)) == ("removed", None, 0)
    assert package.taken is not None
    taken = log_of(platform, "privacy-requests:take-package")
    assert [row.outcome for row in taken] == ["refused", "done", "done"]


def parts_left(platform: Platform) -> int:
    with platform.database.reading() as connection:
        return len(connection.execute(select(table(PackagePart).c.part)).all())


def test_five_wrong_passphrases_end_it_and_other_links_tell_nothing(sqlite_api: Api) -> None:
    found = released(sqlite_api, add_person(sqlite_api.platform))
    others = [sqlite_api.get("/v1/packages/nothing"), sqlite_api.post("/v1/packages/nothing", data={"passphrase": "x"})]
    assert [answer.status_code for answer in others] == [404, 404]
    odd = [b"", b"passphrase=%00", b"passphrase=\xff", b"a=b&" * 500]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    wrong = [sqlite_api.post(found.path, content=body, headers=form) for body in odd]
    assert [answer.status_code for answer in wrong] == [403] * 4
    assert sqlite_api.post(found.path, json={"passphrase": found.passphrase}).status_code == 400
    assert take(sqlite_api, found, "WRONG").status_code == 403
    assert take(sqlite_api, found).status_code == 404
    assert package_of(sqlite_api.platform, found.request).state == "locked"
    assert parts_left(sqlite_api.platform) == 0


def test_a_link_is_dead_once_its_request_is_denied_and_nobody_gets_what_was_built_for_another(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    found, request = released(sqlite_api, add_person(platform)), built(sqlite_api, add_person(platform))
    changed = {found.request: {"state": "denied"}, request: {"person": add_person(platform)}}
    rows = table(PrivacyRequestRow)
    with platform.database.writing() as session:
        for one, values in changed.items():
            session.connection().execute(rows.update().where(rows.c.id == one).values(**values))
    assert take(sqlite_api, found).status_code == 404
    answer = act(sqlite_api, request, "release-package", {"message": LETTER})
    assert (answer.status_code, answer.json()["because"]) == (409, "There is no package to release: build it anew.")


def test_what_nobody_takes_in_time_goes(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    clock = Clock(platform)
    waiting, found = built(sqlite_api, add_person(platform)), released(sqlite_api, add_person(platform))
    clock.forward(days=14, minutes=1)
    assert take(sqlite_api, found).status_code == 404
    worker(platform).run_all()
    assert (package_of(platform, found.request).state, package_of(platform, waiting).state) == ("expired", "built")
    clock.forward(days=16)
    worker(platform).run_all()
    assert (package_of(platform, waiting).state, parts_left(platform)) == ("expired", 0)


# Who may, and when


def test_only_who_works_on_it_builds_and_releases_it_and_with_a_fresh_password(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    request = asked(platform, add_person(platform))
    assert act(sqlite_api, request, "build-package", name="support").status_code == 403
    assert act(sqlite_api, request, "build-package", name="privacy2").status_code == 403
    assert act(sqlite_api, request, "release-package", {"message": LETTER}).status_code == 409
    assert act(sqlite_api, request, "build-package").status_code == 200
    twice = act(sqlite_api, request, "build-package")
    assert (twice.status_code, twice.json()["because"]) == (409, "It is being built.")
    worker(platform).run_all()
    long_ago = platform.clock() - timedelta(hours=1)
    client, version = sqlite_api.sign_in("privacy"), row_of(platform, PrivacyRequestRow, request).version
    with platform.database.writing() as session:
        session.connection().execute(table(SignIn).update().values(signed_in=long_ago))
    answer = post(client, f"/v1/privacy-requests/{request}/release-package", {"message": LETTER}, version=version)
    assert (answer.status_code, answer.json()["type"]) == (401, "fresh-sign-in")


def test_without_an_address_for_the_link_it_stays_here(sqlite_api: Api) -> None:
    platform = sqlite_api.platform
    request = built(sqlite_api, add_person(platform))
    key = platform.vault.keys_of([request])[request]
    document = key.seal("privacy-requests", request, "contact", b'{"reply_to":["12 Fairfield Avenue","self",0]}')
    with platform.database.writing() as session:
        found = table(PrivacyRequestRow)
        session.connection().execute(found.update().where(found.c.id == request).values(sealed_contact=document))
    answer = act(sqlite_api, request, "release-package", {"message": LETTER})
    assert (answer.status_code, package_of(platform, request).state) == (409, "built")


@pytest.mark.parametrize("state", ["withdrawn", "denied"])
def test_a_package_that_nobody_wants_any_more_is_given_up(sqlite_api: Api, state: str) -> None:
    platform = sqlite_api.platform
    request = asked(platform, add_person(platform))
    assert act(sqlite_api, request, "build-package").status_code == 200
    found = table(PrivacyRequestRow)
    with platform.database.writing() as session:
        session.connection().execute(found.update().where(found.c.id == request).values(state=state))
    worker(platform).run_all()
    assert (package_of(platform, request).state, parts_left(platform), jobs_left(platform)) == ("expired", 0, [])


# Killed, and overtaken


class Killed(BaseException):
    """Nothing catches it, as nothing catches the end of a process."""


STEPS: tuple[tuple[Any, str], ...] = (
    (building, "gather"), (building, "write_stretch"), (building, "_set"), (building, "_tell"), (jobs, "hold"), (jobs, "done"),
)  # fmt: skip


def dying(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each step kills the worker several times, after it did what it does at calls that are odd, before at the others. The deaths."""
    calls: dict[str, int] = {}
    deaths: list[str] = []

    def dies(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            calls[name] = calls.get(name, 0) + 1
            dead = calls[name] in (1, 2, 6, 9)
            found = real(*given, **named) if not dead or calls[name] % 2 else None
            if dead:
                deaths.append(name)
                raise Killed
            return found

        return call

    for place, name in STEPS:
        monkeypatch.setattr(place, name, dies(name, getattr(place, name)))
    return deaths


def test_killed_at_every_step_it_is_the_same_in_the_end(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = api.platform
    clock, person = Clock(platform), somebody(platform, "quox")
    whole = data_in(files_in(take(api, released(api, person))))
    request = asked(platform, person)
    assert act(api, request, "build-package").status_code == 200
    gather, working = contents.gather, worker(platform)
    monkeypatch.setattr(building, "gather", lambda gathering, place: gather(gathering, place, 3))
    with monkeypatch.context() as patch:
        deaths = dying(patch)
        while package_of(platform, request).state == "building" or jobs_of_packages(platform):
            try:
                working.one_job()
            except Killed:
                clock.forward(minutes=3)
        assert len(deaths) >= 16 and set(deaths) == {name for _, name in STEPS}
    claimed(platform, request)
    package = package_of(platform, request)
    again = data_in(files_in(take(api, release(api, request))))
    grown = ("privacy_requests", "tickets", "looks")
    assert {name: items for name, items in again.items() if name not in grown} == {
        name: items for name, items in whole.items() if name not in grown
    }
    assert {name: len(items) for name, items in again.items()} == package.counts
    assert package.done == sum(package.counts.values()) == package.total


def jobs_of_packages(platform: Platform) -> list[Any]:
    return [job for job in jobs_left(platform) if job.kind == building.JOB]


def test_a_worker_whose_lease_lapsed_writes_nothing_over_the_next_one(
    sqlite_api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = sqlite_api.platform
    clock, request = Clock(platform), asked(platform, somebody(platform, "quox"))
    assert act(sqlite_api, request, "build-package").status_code == 200
    real = contents.gather

    def overtaken(*given: Any) -> Any:
        """Takes so long over its first stretch that another worker builds it all meanwhile."""
        found = real(*given)
        monkeypatch.setattr(building, "gather", real)
        clock.forward(minutes=3)
        worker(platform).run_all()
        return found

    monkeypatch.setattr(building, "gather", overtaken)
    worker(platform).run_all()
    package = package_of(platform, request)
    data = data_in(files_in(take(sqlite_api, release(sqlite_api, request))))
    assert {name: len(items) for name, items in data.items()} == package.counts
    assert len(log_of(platform, "privacy-requests:package-built")) == 1
