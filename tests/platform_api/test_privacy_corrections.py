"""Corrections that a request asks for: side by side, applied in one go, the old and the new address told, and who had the old value."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import update

from console.platform_api import privacy_recipients
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import DisclosureRow, OrderRow, PrivacyRequestRow, ProposalRow, table
from tests.platform_api.api import Api
from tests.platform_api.mailed import files
from tests.platform_api.orders_made import add_order, row_of
from tests.platform_api.people import MARIA, add_people, add_person, log_of, patch, post
from tests.platform_api.privacy_made import add_request, claimed
from tests.platform_api.test_privacy_letters import LETTER, sent
from tests.platform_api.test_privacy_proof import EMAIL, POSTCODE, from_google, look, verify

LIST = "/v1/privacy-requests"
NEW = "maria@example.org"


def act(client: httpx.Client, request: str, action: str, body: Any = None) -> httpx.Response:
    return post(client, f"{LIST}/{request}/{action}", body, version=look(client, request)["version"])


def propose(client: httpx.Client, request: str, field: str, value: str) -> httpx.Response:
    return act(client, request, "propose", {"field": field, "value": value})


def proposals(client: httpx.Client, request: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{LIST}/{request}/proposals").json()["items"]
    return found


def begun(platform: Platform, person: str) -> str:
    return add_request(platform, "correct", "in_progress", person=person, assignee="privacy", disputed=["email"])


def reveal(client: httpx.Client, person: str, case: str, *fields: str) -> dict[str, str]:
    answer = post(
        client, f"/v1/users/{person}/reveal", {"fields": list(fields), "case": case, "reason": "privacy_request"}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()["values"]
    return found


def test_a_correction_is_proposed_beside_what_stands_there_and_applied_in_one_go(api: Api, platform: Platform) -> None:
    person = add_person(platform)
    request, privacy = begun(platform, person), api.sign_in("privacy")
    told_before(platform, person, ["email", "token"], ["token"])
    for field, value in (("email", "wrong@example.org"), ("email", NEW), ("city", "Hartford")):
        assert propose(privacy, request, field, value).status_code == 200
    shown = {(each["field"], each["state"], each["after"]): each for each in proposals(privacy, request)}
    assert set(shown) == {
        ("email", "replaced", "wrong@example.org"),
        ("email", "proposed", NEW),
        ("city", "proposed", "Hartford"),
    }
    mine = shown[("email", "proposed", NEW)]
    assert (mine["before"], mine["before_mask"]) == (None, "m•••@•••.net")
    case = look(privacy, request)["case"]
    assert reveal(privacy, person, case, "email", "city") == {"email": MARIA["email"], "city": MARIA["city"]}
    assert {each["before"] for each in proposals(privacy, request)} == {MARIA["email"], MARIA["city"]}
    applied = act(privacy, request, "apply")
    assert applied.status_code == 200 and applied.json()["recipients"] == ["processor"], applied.text
    assert reveal(privacy, person, case, "email", "city") == {"email": NEW, "city": "Hartford"}
    assert post(privacy, "/v1/users/search", {"email": NEW}).json()["items"][0]["id"] == person
    assert post(privacy, "/v1/users/search", {"email": MARIA["email"]}).json()["items"] == []
    assert {str(message["To"]) for message in sent(platform)} == {MARIA["email"], NEW}
    assert [message["body"] for message in look(privacy, request)["messages"]] == [
        "To be told of the correction: processor (email)."
    ]
    [change] = log_of(platform, "users:correct")
    assert change.fields == '["city","email"]' or change.fields == '["email","city"]'
    assert act(privacy, request, "apply").status_code == 409  # nothing is left
    assert NEW not in str(raw(platform)) and "Hartford" not in str(raw(platform))


def test_what_changed_meanwhile_is_looked_at_again(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    request = begun(platform, person)
    assert propose(privacy, request, "city", "Hartford").status_code == 200
    privacy.headers["Petworks-Case"] = look(privacy, request)["case"]
    version = privacy.get(f"/v1/users/{person}").json()["version"]
    assert (
        patch(privacy, f"/v1/users/{person}", {"set": {"city": "Danbury"}, "source": "employee"}, version).status_code
        == 200
    )
    assert act(privacy, request, "apply").status_code == 409
    assert propose(privacy, request, "city", "Hartford").status_code == 200
    assert act(privacy, request, "apply").status_code == 200
    assert files(platform) == []  # nothing by which they are reached has changed


def test_only_what_can_be_corrected_is_proposed_and_never_what_proved_who_asks(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    request = add_request(platform, "correct", person=person, assignee="privacy")
    assert propose(privacy, request, "city", "Hartford").status_code == 409  # not before it is proven and begun
    assert verify(privacy, request, EMAIL, POSTCODE, disputed=["city"]).json()["proven"]
    assert act(privacy, request, "begin").status_code == 200
    refused = propose(privacy, request, "email", NEW)
    assert refused.status_code == 409 and "proved who asks" in refused.text
    assert propose(privacy, request, "city", f" {MARIA['city']} ").status_code == 422  # it is stored like that
    assert propose(privacy, request, "state", "locked").status_code == 403
    assert propose(privacy, request, "google_email", NEW).status_code == 403
    assert propose(privacy, request, "phone", "no number").status_code == 422
    assert propose(privacy, request, "city", "4111 1111 1111 1111").status_code == 422  # P16
    other = sqlite_api.sign_in("privacy2")
    assert propose(other, request, "city", "Hartford").status_code == 403
    assert other.get(f"{LIST}/{request}/proposals").status_code == 403
    assert proposals(privacy, request) == []


def test_what_came_from_google_is_not_shown_beside(sqlite_api: Api) -> None:
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    person = add_person(platform)
    from_google(platform, person)
    request = begun(platform, person)
    assert propose(privacy, request, "email", NEW).status_code == 200
    assert [(each["before"], each.get("before_mask")) for each in proposals(privacy, request)] == [(None, None)]
    assert act(privacy, request, "apply").status_code == 200
    assert {str(message["To"]) for message in sent(platform)} == {NEW}  # P9


def told_before(
    platform: Platform, person: str, *fields: list[str], recipient: str = "processor", about: str | None = None
) -> None:
    """What the recipient was told of the person, as the ledger has it."""
    subject = platform.vault.pseudonyms([person])[person]
    with platform.database.writing() as session:
        for told in fields:
            session.add(
                DisclosureRow(
                    id=new_id(),
                    at=platform.clock(),
                    recipient=recipient,
                    about=about,
                    fields=told,
                    purpose="refund",
                    subject=subject,
                )
            )


def test_what_proved_who_asks_is_no_correction_after_an_appeal_either(sqlite_api: Api) -> None:
    """It has a case of its own, in which nothing was compared."""
    platform, privacy = sqlite_api.platform, sqlite_api.sign_in("privacy")
    request = add_request(platform, "correct", person=add_person(platform), assignee="privacy")
    assert verify(privacy, request, EMAIL, POSTCODE, disputed=["city"]).json()["proven"]
    assert act(privacy, request, "begin").status_code == 200
    requests = table(PrivacyRequestRow)
    with platform.database.writing() as session:
        session.connection().execute(update(requests).where(requests.c.id == request).values(ticket=None))
    claimed(platform, request)
    refused = propose(privacy, request, "email", NEW)
    assert refused.status_code == 409 and "proved who asks" in refused.text, refused.text
    assert propose(privacy, request, "city", "Hartford").status_code == 200


def raw(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(table(ProposalRow).select()))


def test_a_proposal_is_withdrawn_before_it_is_applied(api: Api, platform: Platform) -> None:
    person, privacy = add_person(platform), api.sign_in("privacy")
    request = begun(platform, person)
    assert propose(privacy, request, "city", "Wrongville").status_code == 200
    [proposal] = proposals(privacy, request)
    for wrong in ("x", request):
        assert act(privacy, request, "withdraw-proposal", {"proposal": wrong}).status_code == 404
    assert act(api.sign_in("privacy2"), request, "withdraw-proposal", {"proposal": proposal["id"]}).status_code == 403
    withdrawn = act(privacy, request, "withdraw-proposal", {"proposal": proposal["id"]})
    assert withdrawn.status_code == 200, withdrawn.text
    assert [each["state"] for each in proposals(privacy, request)] == ["withdrawn"]
    steps = {step["name"]: step["state"] for step in withdrawn.json()["steps"]}
    assert steps["proposed"] != "done" and steps["applied"] != "done"
    assert act(privacy, request, "apply").status_code == 409
    early = act(privacy, request, "fulfil", {"policy_version": "1"})
    assert early.status_code == 409 and "Nothing is changed yet" in early.text
    assert act(privacy, request, "withdraw-proposal", {"proposal": proposal["id"]}).status_code == 409
    assert propose(privacy, request, "city", "Hartford").status_code == 200
    assert act(privacy, request, "apply").status_code == 200


def test_pros_of_orders_under_way_are_told_by_mail_and_it_is_in_the_ledger(api: Api, platform: Platform) -> None:
    person, privacy = add_person(platform), api.sign_in("privacy")
    pro = add_person(platform, email="pro@example.org", pro=True)
    order, _ = add_order(platform, person, pro, state="confirmed"), add_order(platform, person, pro, state="closed")
    request = begun(platform, person)
    told_before(platform, person, ["token"])
    assert propose(privacy, request, "name", "Maria Gómez Ruiz").status_code == 200
    applied = act(privacy, request, "apply")
    assert applied.status_code == 200 and applied.json()["recipients"] == ["pro"], applied.text
    [told] = applied.json()["tellings"]
    number = f"O-{row_of(platform, OrderRow, order).number}"
    assert (told["recipient"], told["about"], told["fields"], told["how"]) == ("pro", number, ["name"], "email")
    assert [message["body"] for message in look(privacy, request)["messages"]] == [privacy_recipients.HOLDS_NONE]
    [message] = sent(platform)
    assert str(message["To"]) == "pro@example.org" and number in message["Subject"]
    assert "Ruiz" not in message.as_string() and "Maria" not in message.as_string()
    rows = privacy.get("/v1/disclosures", params={"user": person, "recipient": "pro"}).json()["items"]
    assert [(row["purpose"], row["fields"], row["about"]) for row in rows] == [("correction", ["name"], number)]
    silent = act(privacy, request, "fulfil", {"policy_version": "1"})
    assert silent.status_code == 409 and "needs its letter" in silent.text
    assert act(privacy, request, "fulfil", {"policy_version": "1", "message": LETTER}).status_code == 200


def test_whom_the_platform_can_t_tell_is_ticked_off_before_the_end(api: Api, platform: Platform) -> None:
    person, privacy = add_person(platform), api.sign_in("privacy")
    unreachable = add_people(platform, [{"name": "Pia Walker", "pro": True}])[0]
    add_order(platform, person, unreachable, state="placed")
    told_before(platform, person, ["name", "street"], recipient="courier", about="AW-7")
    request = begun(platform, person)
    assert propose(privacy, request, "street", "7 New Street").status_code == 200
    applied = act(privacy, request, "apply").json()
    assert applied["recipients"] == ["courier", "pro"]
    left = {each["recipient"]: each for each in applied["tellings"]}
    assert {(each["told"], each["how"]) for each in left.values()} == {(None, None)}
    assert [step["action"] for step in applied["steps"] if step["name"] == "recipients_told"] == ["told"]
    for action, more in (("fulfil", {}), ("fulfil-partly", {"reason": "others", "basis": "law", "message": LETTER})):
        early = act(privacy, request, action, {"policy_version": "1", **more})
        assert early.status_code == 409 and "courier, pro" in early.text, action
    now = platform.clock()
    wish = {"telling": left["courier"]["id"], "how": "phone", "told": now.isoformat()}
    for wrong in (
        {"told": (now + timedelta(days=1)).isoformat()},
        {"told": (now - timedelta(days=1)).isoformat()},
        {"how": "smoke"},
    ):
        assert act(privacy, request, "told", {**wish, **wrong}).status_code == 422
    assert act(privacy, request, "told", {**wish, "telling": "x"}).status_code == 404
    assert act(privacy, request, "told", wish).status_code == 200
    assert act(privacy, request, "told", wish).status_code == 404
    assert act(privacy, request, "told", {**wish, "telling": left["pro"]["id"]}).status_code == 200
    rows = privacy.get("/v1/disclosures", params={"user": person}).json()["items"]
    corrections = {
        (row["recipient"], row["about"], tuple(row["fields"])) for row in rows if row["purpose"] == "correction"
    }
    assert corrections == {("courier", "AW-7", ("street",)), ("pro", left["pro"]["about"], ("street",))}
    assert act(privacy, request, "fulfil", {"policy_version": "1", "message": LETTER}).status_code == 200
