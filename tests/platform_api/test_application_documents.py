"""Documents of applications: sent by the marketplace, sealed, opened by a manager for their case, and asked for anew when they expire."""

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.platform_api import sweeps
from console.platform_api.document_tasks import raise_tasks
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    ApplicationDocumentRow,
    ApplicationMark,
    AuditEntry,
    DocumentContent,
    MailRow,
    ProApplicationRow,
    RevealGrant,
    TicketLink,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application, add_document, claimed
from tests.platform_api.orders_made import claim, row_of
from tests.platform_api.worked import Clock
from tests.telling import telling

CANARY = "canary-7f3a9 of a policy"
_documents, _tickets, _links = table(ApplicationDocumentRow), table(TicketRow), table(TicketLink)


def sent(platform: Platform, application: str, **more: Any) -> dict[str, Any]:
    """An item as the marketplace sends it: an insurance, in plain text."""
    external = row_of(platform, ProApplicationRow, application).external_id
    content = more.pop("content", CANARY.encode())
    item = {
        "external_id": "policy-1", "application": external, "kind": "insurance", "file_name": "policy.txt", "expires": "2031-06-01T00:00:00Z",
        **more,
    }  # fmt: skip
    return item if content is None else {**item, "content": base64.b64encode(content).decode()}


def send(api: Api, *items: dict[str, Any]) -> httpx.Response:
    return api.sign_in("service").post("/v1/ingest/application-documents", json={"items": list(items)})


def take(api: Api, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = send(api, *items)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def refused(api: Api, *items: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong, field by field; and nothing was stored."""
    before = documents_of(api.platform)
    answer = send(api, *items)
    assert answer.status_code == 422, answer.text
    assert documents_of(api.platform) == before
    found: list[dict[str, str]] = answer.json()["errors"]
    return found


def documents_of(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(_documents).order_by(_documents.c.number)))


def lacking(platform: Platform, application: str) -> set[str]:
    marks = table(ApplicationMark)
    with platform.database.reading() as connection:
        found = connection.execute(select(marks.c.mark).where(marks.c.application == application)).scalars()
        return {mark for mark in found if mark.startswith("lacks:")}


# What the marketplace sends


def test_a_document_is_stored_sealed_and_the_application_lacks_it_no_more(api: Api):
    application = add_application(api.platform, complete=False)
    before = row_of(api.platform, ProApplicationRow, application).version
    [result] = take(api, sent(api.platform, application))
    assert result["outcome"] == "created" and result["number"].startswith("PD-")
    row = row_of(api.platform, ApplicationDocumentRow, result["id"])
    assert (row.media_type, row.size, row.state) == ("text/plain", len(CANARY), "received")
    assert "lacks:insurance" not in lacking(api.platform, application)
    assert row_of(api.platform, ProApplicationRow, application).version == before + 1


def test_sending_the_same_again_changes_nothing(api: Api):
    application = add_application(api.platform, complete=False)
    item = sent(api.platform, application)
    take(api, item)
    before = documents_of(api.platform)
    version = row_of(api.platform, ProApplicationRow, application).version
    [again] = take(api, item)
    assert again["outcome"] == "unchanged"
    assert documents_of(api.platform) == before
    assert row_of(api.platform, ProApplicationRow, application).version == version


def test_a_newer_document_of_a_kind_makes_the_older_one_replaced(api: Api):
    application = add_application(api.platform)
    take(api, sent(api.platform, application, external_id="policy-2"))
    states = {(row.external_id, row.state) for row in documents_of(api.platform) if row.kind == "insurance"}
    assert ("policy-2", "received") in states
    assert {state for name, state in states if name != "policy-2"} == {"replaced"}


def test_other_papers_stand_side_by_side(api: Api):
    application = add_application(api.platform)
    for name in ("letter-1", "letter-2"):
        take(api, sent(api.platform, application, external_id=name, kind="other"))
    assert [row.state for row in documents_of(api.platform) if row.kind == "other"] == ["received", "received"]


def test_a_background_check_is_pending_until_its_result_comes(api: Api):
    application = add_application(api.platform, complete=False)
    check = sent(api.platform, application, external_id="check", kind="background_check", content=None, file_name=None)
    pending = {**check, "state": "pending", "provider": "Checkwell"}
    take(api, pending)
    assert "lacks:background_check" in lacking(api.platform, application)
    assert [error["where"] for error in refused(api, {**check, "state": "received"})] == ["items.0.result"]
    [result] = take(api, {**check, "state": "received", "result": "clear"})
    assert result["outcome"] == "updated"
    assert "lacks:background_check" not in lacking(api.platform, application)
    [late] = take(api, pending)
    assert late["outcome"] == "unchanged"
    assert row_of(api.platform, ApplicationDocumentRow, result["id"]).state == "received"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "licence"}, "kind"),
        ({"content": b"Another policy"}, "content"),
        ({"expires": "2031-01-01T00:00:00Z"}, "expires"),
    ],
)
def test_what_contradicts_what_is_there_is_refused(sqlite_api: Api, change: dict[str, Any], where: str):
    application = add_application(sqlite_api.platform, complete=False)
    first = sent(sqlite_api.platform, application, expires="2030-01-01T00:00:00Z")
    take(sqlite_api, first)
    again = sent(sqlite_api.platform, application, **{"expires": first["expires"], **change})
    assert [error["where"] for error in refused(sqlite_api, again)] == [f"items.0.{where}"]


def test_every_mistake_of_a_request_is_named_at_once(sqlite_api: Api):
    application = add_application(sqlite_api.platform, complete=False)
    gone = add_application(sqlite_api.platform, state="withdrawn", complete=False)
    items = [
        {**sent(sqlite_api.platform, application, external_id="a"), "application": "nobody"},
        sent(sqlite_api.platform, gone, external_id="b"),
        sent(sqlite_api.platform, application, external_id="c", content=None),
        sent(sqlite_api.platform, application, external_id="d", state="pending"),
        sent(sqlite_api.platform, application, external_id="e", content=b"PK\x03\x04 and more"),
        {**sent(sqlite_api.platform, application, external_id="f"), "content": "not*base64"},
        sent(sqlite_api.platform, application, external_id="c"),
    ]
    errors = {error["where"]: error["what"] for error in refused(sqlite_api, *items)}
    assert set(errors) == {
        "items.0.application", "items.1.application", "items.2.content", "items.3.state", "items.4.content",
        "items.5.content", "items.6.external_id",
    }  # fmt: skip
    assert "ZIP archive" in errors["items.4.content"]
    assert "withdrawn" in errors["items.1.application"]


def test_card_numbers_are_blacked_out_in_what_was_typed_and_in_plain_text(sqlite_api: Api):
    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    text = b"Paid with 4242 4242 4242 4242."
    [result] = take(sqlite_api, sent(sqlite_api.platform, application, content=text, file_name="4242424242424242.txt"))
    manager = sqlite_api.sign_in("manager")
    case = claimed(sqlite_api.platform, application)
    opened = opening(manager, result["id"], case)
    assert opened.content.startswith(b"Paid with ") and b"4242" not in opened.content
    assert "4242" not in telling(str(revealing(manager, result["id"], case).json()))


def test_of_an_erased_applicant_nothing_is_stored_but_that_it_came(api: Api):
    application = add_application(api.platform, complete=False)
    take(api, sent(api.platform, application, external_id="before"))
    erase_key(api.platform, application)
    [result] = take(api, sent(api.platform, application, external_id="after", kind="other"))
    row = row_of(api.platform, ApplicationDocumentRow, result["id"])
    assert (row.media_type, row.size, row.sealed_document) == (None, None, None)


def erase_key(platform: Platform, application: str) -> None:
    """As erasing a person will: the vault forgets the key."""
    person = row_of(platform, ProApplicationRow, application).person
    row = platform.vault._select("epoch", "owner", [platform.vault._native(person)])
    assert row
    platform.vault._write("DELETE FROM data_key WHERE owner = #", [(platform.vault._native(person),)])


@pytest.mark.parametrize("name", ["support", "manager", "privacy", "auditor"])
def test_only_the_marketplace_sends_documents(sqlite_api: Api, name: str):
    application = add_application(sqlite_api.platform, complete=False)
    answer = sqlite_api.sign_in(name).post(
        "/v1/ingest/application-documents", json={"items": [sent(sqlite_api.platform, application)]}
    )
    assert answer.status_code == 403


def test_the_largest_document_fits_into_a_request_and_a_larger_one_does_not(sqlite_api: Api):
    application = add_application(sqlite_api.platform, complete=False)
    largest = b"%PDF-1.7\n" + b"%" * (10 * 1024 * 1024 - 40) + b"\nstartxref\n9\n%%EOF\n"
    take(sqlite_api, sent(sqlite_api.platform, application, content=largest))
    [error] = refused(
        sqlite_api, sent(sqlite_api.platform, application, external_id="more", content=largest + b" " * 40)
    )
    assert "more than 10 MiB" in error["what"]
    answer = send(
        sqlite_api, sent(sqlite_api.platform, application, external_id="huge", content=largest + b" " * 1024 * 1024)
    )
    assert answer.status_code == 413


# Opening


def opening(client: httpx.Client, document: str, case: str, purpose: str = "view") -> httpx.Response:
    return client.post(f"/v1/application-documents/{document}/open", json={"case": case, "purpose": purpose})


def revealing(client: httpx.Client, document: str, case: str) -> httpx.Response:
    body = {"fields": ["file_name"], "case": case, "reason": "application"}
    return client.post(f"/v1/application-documents/{document}/reveal", json=body)


def entries(platform: Platform, action: str) -> list[Any]:
    found = table(AuditEntry)
    with platform.database.reading() as connection:
        return list(connection.execute(select(found).where(found.c.action == action).order_by(found.c.seq)))


def test_a_manager_opens_a_document_for_the_case_of_its_application_and_it_is_on_the_log(api: Api):
    application = add_application(api.platform, complete=False, assignee="manager")
    document = add_document(api.platform, application, content=CANARY.encode())
    case = claimed(api.platform, application)
    answer = opening(api.sign_in("manager"), document, case, "save")
    assert answer.status_code == 200 and answer.content == CANARY.encode()
    heads = answer.headers
    assert heads["Content-Type"] == "text/plain" and heads["Content-Disposition"] == "attachment"
    assert heads["X-Content-Type-Options"] == "nosniff" and heads["Cache-Control"] == "no-store"
    [entry] = entries(api.platform, "open")
    assert (entry.resource, entry.outcome, entry.record) == ("application-documents", "done", document)
    assert entry.details == '{"purpose":"save"}' and entry.ticket == case and entry.subject


def test_opening_renews_the_case(api: Api):
    clock = Clock(api.platform)
    application = add_application(api.platform, complete=False, assignee="manager")
    document, case = add_document(api.platform, application), claimed(api.platform, application)
    manager = api.sign_in("manager")
    clock.forward(minutes=5)
    opening(manager, document, case)
    assert row_of(api.platform, TicketRow, case).lease_until == clock.now + timedelta(minutes=30)


def test_another_case_opens_nothing_and_the_refusal_is_on_the_log(api: Api):
    application = add_application(api.platform, complete=False, assignee="manager")
    document = add_document(api.platform, application)
    other = claimed(api.platform, add_application(api.platform))
    answer = opening(api.sign_in("manager"), document, other)
    assert answer.status_code == 403 and "this_application" in answer.json()["conditions"]
    assert [entry.outcome for entry in entries(api.platform, "open")] == ["refused"]


def test_a_claim_that_lapsed_opens_nothing(sqlite_api: Api):
    clock = Clock(sqlite_api.platform)
    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    document, case = add_document(sqlite_api.platform, application), claimed(sqlite_api.platform, application)
    clock.forward(minutes=31)
    assert opening(sqlite_api.sign_in("manager"), document, case).status_code == 403


@pytest.mark.parametrize("name", ["support", "privacy", "auditor", "billing", "admin", "service"])
def test_nobody_else_opens_a_document(sqlite_api: Api, name: str):
    application = add_application(sqlite_api.platform, complete=False)
    document, case = add_document(sqlite_api.platform, application), claimed(sqlite_api.platform, application, name)
    assert opening(sqlite_api.sign_in(name), document, case).status_code == 403


def test_nobody_opens_their_own_documents(sqlite_api: Api):
    from console.platform_api.tables import EmployeeRow
    from tests.platform_api.api import employee_id

    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    document, case = add_document(sqlite_api.platform, application), claimed(sqlite_api.platform, application)
    employees, person = table(EmployeeRow), row_of(sqlite_api.platform, ProApplicationRow, application).person
    with sqlite_api.platform.database.writing() as session:
        me = employees.c.id == employee_id(sqlite_api.platform, "manager")
        session.connection().execute(update(employees).where(me).values(person=person))
    assert opening(sqlite_api.sign_in("manager"), document, case).status_code == 403


def test_what_has_no_content_says_why_it_can_not_be_opened(api: Api):
    application = add_application(api.platform, complete=False, assignee="manager")
    item = sent(api.platform, application, kind="background_check", state="pending", content=None, file_name=None)
    [result] = take(api, item)
    case = claimed(api.platform, application)
    manager = api.sign_in("manager", case=case)
    answer = opening(manager, result["id"], case)
    assert answer.status_code == 409 and "not answered yet" in answer.json()["because"]
    actions = manager.get(f"/v1/application-documents/{result['id']}").json()["actions"]
    [told] = [action for action in actions if action["name"] == "open"]
    assert not told["allowed"] and "not answered yet" in told["because"]


def test_the_documents_of_an_erased_applicant_open_no_more(api: Api):
    application = add_application(api.platform, complete=False, assignee="manager")
    document, case = add_document(api.platform, application), claimed(api.platform, application)
    erase_key(api.platform, application)
    answer = opening(api.sign_in("manager"), document, case)
    assert answer.status_code == 409 and "erased" in answer.json()["because"]


def test_nothing_leaves_when_the_log_can_not_be_written(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch):
    from console.platform_api import document_contents
    from console.platform_api.problems import AuditUnavailable

    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    document = add_document(sqlite_api.platform, application, content=CANARY.encode())
    case = claimed(sqlite_api.platform, application)
    manager = sqlite_api.sign_in("manager")

    def no_log(*_: object) -> None:
        raise AuditUnavailable

    monkeypatch.setattr(document_contents, "log", no_log)
    answer = opening(manager, document, case)
    assert answer.status_code == 503 and CANARY not in answer.text


def test_whose_papers_were_opened_counts_among_the_persons_of_the_hour(sqlite_api: Api):
    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    document, case = add_document(sqlite_api.platform, application), claimed(sqlite_api.platform, application)
    manager = sqlite_api.sign_in("manager", case=case)
    opening(manager, document, case)
    grants = table(RevealGrant)
    with sqlite_api.platform.database.reading() as connection:
        [grant] = connection.execute(select(grants))
    assert grant.person == row_of(sqlite_api.platform, ProApplicationRow, application).person
    assert grant.expires == grant.at, "it reveals nothing else"


def test_a_content_moved_to_another_document_opens_nothing(sqlite_api: Api):
    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    one, other = (add_document(sqlite_api.platform, application, kind) for kind in ("insurance", "licence"))
    case = claimed(sqlite_api.platform, application)
    contents = table(DocumentContent)
    with sqlite_api.platform.database.writing() as session:
        stored = session.connection().execute(select(contents).where(contents.c.document == one)).one()
        moved = update(contents).where(contents.c.document == other).values(sealed_content=stored.sealed_content)
        session.connection().execute(moved)
    assert opening(sqlite_api.sign_in("manager"), other, case).status_code == 500


# Looking


def test_lists_are_narrowed_by_application_kind_state_and_expiry(api: Api):
    application = add_application(api.platform)
    soon = api.platform.clock() + timedelta(days=3)
    add_document(api.platform, application, "other", expires=soon)
    take(api, sent(api.platform, application, external_id="new"))
    support = api.sign_in("support")

    def kinds(**params: str) -> list[str]:
        answer = support.get("/v1/application-documents", params={"application": application, **params})
        assert answer.status_code == 200, answer.text
        return sorted(item["kind"] for item in answer.json()["items"])

    assert kinds() == ["background_check", "insurance", "insurance", "other"]
    assert kinds(kind="insurance", state="replaced") == ["insurance"]
    assert kinds(expiring="yes") == ["other"]
    for wrong in ({"kind": "diary"}, {"state": "lost"}, {"expiring": "no"}):
        assert support.get("/v1/application-documents", params=wrong).status_code == 400


def test_support_sees_that_a_document_is_there_and_none_of_its_values(api: Api):
    application = add_application(api.platform, complete=False)
    document = add_document(api.platform, application, file_name=CANARY)
    record = api.sign_in("support").get(f"/v1/application-documents/{document}").json()
    assert record["kind"] == "insurance" and record["complete"]
    assert CANARY not in str(record) and "file_name" not in record["masks"]
    assert record["actions"] == []


def test_a_manager_reveals_its_values_for_the_case(api: Api):
    application = add_application(api.platform, complete=False, assignee="manager")
    document = add_document(api.platform, application, file_name="../../etc/passwd")
    case = claimed(api.platform, application)
    answer = revealing(api.sign_in("manager"), document, case)
    assert answer.json()["values"] == {"file_name": "../../etc/passwd"}, "a path is only text"


# Canaries


def test_nothing_of_a_document_stands_in_the_database_or_in_the_logs(sqlite_api: Api, caplog: pytest.LogCaptureFixture):
    application = add_application(sqlite_api.platform, complete=False, assignee="manager")
    values = {"file_name": f"{CANARY}.txt", "provider": f"{CANARY} Ltd", "result": f"{CANARY} clear"}
    [result] = take(sqlite_api, sent(sqlite_api.platform, application, kind="background_check", **values))
    opening(sqlite_api.sign_in("manager"), result["id"], claimed(sqlite_api.platform, application))
    refused(
        sqlite_api, sent(sqlite_api.platform, application, external_id="x", content=b"PK\x03\x04" + CANARY.encode())
    )
    for file in sqlite_api.platform.data.rglob("*"):
        if file.is_file():
            held = file.read_bytes()
            assert CANARY.encode() not in held, file.name
            assert base64.b64encode(CANARY.encode())[:20] not in held, file.name
    assert CANARY not in caplog.text


# Documents that expire


def approved(platform: Platform, **more: Any) -> tuple[str, str]:
    """An approved application, and its insurance, which expires in ten days."""
    application = add_application(platform, state="approved", complete=False)
    expires = platform.clock() + timedelta(days=10)
    return application, add_document(platform, application, **{"expires": expires, **more})


def sweep(platform: Platform) -> None:
    with own_work(platform) as work:
        raise_tasks(work)


def task_of(platform: Platform, document: str) -> Any:
    task = row_of(platform, ApplicationDocumentRow, document).task
    return task and row_of(platform, TicketRow, task)


def tasks(platform: Platform) -> list[Any]:
    with platform.database.reading() as connection:
        return list(connection.execute(select(_tickets).where(_tickets.c.about == "document")))


def test_it_is_looked_for_by_the_worker():
    assert raise_tasks in sweeps.PARTS


def test_a_document_that_expires_raises_one_task_that_is_linked_to_the_pro_and_the_application(api: Api):
    clock = Clock(api.platform)
    application, document = approved(api.platform)
    sweep(api.platform)
    sweep(api.platform)
    clock.forward(days=11)
    sweep(api.platform)
    [task] = tasks(api.platform)
    assert task.id == task_of(api.platform, document).id
    assert task.state == "open" and task.opened_by is None and task.assignee is None
    with api.platform.database.reading() as connection:
        found = connection.execute(select(_links.c.resource, _links.c.record).where(_links.c.ticket == task.id))
        linked = {(resource, record) for resource, record in found}
    person = row_of(api.platform, ProApplicationRow, application).person
    assert linked == {("users", person), ("pro-applications", application)}
    support = api.sign_in("support", case=task.id)
    claim(api.platform, task.id, "support")
    subject = support.get(f"/v1/tickets/{task.id}").json()["subject"]
    assert subject.startswith("Insurance of PA-") and " expires on 20" in subject
    assert [entry.resource for entry in entries(api.platform, "expiring")] == ["application-documents"]


@pytest.mark.parametrize(
    "why", ["it lasts", "not approved", "replaced", "pending", "never", "erased"], ids=lambda why: why.replace(" ", "_")
)
def test_nothing_is_asked_for_when(sqlite_platform: Platform, why: str):
    now = sqlite_platform.clock()
    later: dict[str, Any] = {"it lasts": now + timedelta(days=31), "never": None}
    more = {"expires": later[why]} if why in later else {"state": why} if why in ("replaced", "pending") else {}
    application, _ = approved(sqlite_platform, **more)
    rows, users = table(ProApplicationRow), table(UserRow)
    with sqlite_platform.database.writing() as session:
        if why == "not approved":
            session.connection().execute(update(rows).where(rows.c.id == application).values(state="in_review"))
        if why == "erased":
            session.connection().execute(update(users).values(state="erased"))
    sweep(sqlite_platform)
    assert not tasks(sqlite_platform)


def test_a_newer_document_of_its_kind_solves_the_task(api: Api):
    application, document = approved(api.platform)
    sweep(api.platform)
    claim(api.platform, task_of(api.platform, document).id, "support")
    take(api, sent(api.platform, application, kind="licence", external_id="no"))
    assert task_of(api.platform, document).state == "open", "another kind says nothing about it"
    take(api, sent(api.platform, application, expires="2040-01-01T00:00:00Z"))
    task = task_of(api.platform, document)
    assert task.state == "solved" and task.lease_until is None
    sweep(api.platform)
    assert len(tasks(api.platform)) == 1


def test_a_new_document_that_itself_expires_soon_raises_a_task_of_its_own(api: Api):
    application, _ = approved(api.platform)
    sweep(api.platform)
    soon = (api.platform.clock() + timedelta(days=5)).isoformat()
    take(api, sent(api.platform, application, expires=soon))
    sweep(api.platform)
    assert sorted(task.state for task in tasks(api.platform)) == ["open", "solved"]


def test_an_employee_may_solve_the_task_by_hand_and_link_nobody_to_it(api: Api):
    _, document = approved(api.platform)
    sweep(api.platform)
    task = task_of(api.platform, document)
    claim(api.platform, task.id, "support")
    support = api.sign_in("support", case=task.id)
    record = support.get(f"/v1/tickets/{task.id}").json()
    because = {action["name"]: action["because"] for action in record["actions"]}
    assert "Only the platform links" in because["link"] and not because["solved"]
    heads = {"If-Match": f'"{record["version"]}"', "Idempotency-Key": "solved-by-hand"}
    assert support.post(f"/v1/tickets/{task.id}/solved", headers=heads, json={}).status_code == 200
    sweep(api.platform)
    assert len(tasks(api.platform)) == 1, "whoever solved it has decided: it isn't raised again"
    record = support.get(f"/v1/tickets/{task.id}").json()
    heads = {"If-Match": f'"{record["version"]}"', "Idempotency-Key": "again"}
    again = support.post(f"/v1/tickets/{task.id}/reopen", headers=heads, json={})
    assert again.status_code == 409, "its documents are no case any more"


def test_an_insurance_says_until_when_it_holds(api: Api):
    application = add_application(api.platform)
    [wrong] = refused(api, sent(api.platform, application, expires=None))
    assert (wrong["where"], wrong["what"]) == ("items.0.expires", "is needed of an insurance")


def test_the_task_opens_the_documents_to_a_manager(api: Api):
    _, document = approved(api.platform)
    sweep(api.platform)
    task = task_of(api.platform, document)
    claim(api.platform, task.id, "manager")
    assert opening(api.sign_in("manager"), document, task.id).status_code == 200


def test_no_mail_goes_out_by_itself(sqlite_platform: Platform):
    approved(sqlite_platform)
    sweep(sqlite_platform)
    with sqlite_platform.database.reading() as connection:
        assert not connection.execute(select(table(MailRow))).all()
