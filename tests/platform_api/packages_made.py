"""Access packages for tests: somebody of whom a value stands everywhere, and a package from the request to the file."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import SQLModel

from console.platform_api.documents import dump_json
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    CallerCheck,
    DisclosureRow,
    FieldChange,
    GoogleAccessRow,
    LegalHoldRow,
    MailRow,
    OrderEvent,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    ReconciliationRow,
    ReportLineRow,
    TicketMessage,
    table,
)
from tests.platform_api.api import Api, employee_id
from tests.platform_api.applications_made import add_application, add_document
from tests.platform_api.contests_made import add_contest
from tests.platform_api.contests_made import add_entry as enter
from tests.platform_api.orders_made import (
    add_dispute,
    add_order,
    add_payment,
    add_payout,
    add_payout_change,
    add_refund,
    add_review,
    row_of,
    sealed,
)
from tests.platform_api.people import add_person, add_ticket, post
from tests.platform_api.privacy_made import add_request
from tests.platform_api.surveys_made import add_entry, add_survey
from tests.platform_api.worked import worker

LETTER = {"subject": "Your data", "body": "It is ready.\n\n$link\n\nThe passphrase comes by telephone."}


def somebody(platform: Platform, mark: str, *, pro: bool = True) -> str:
    """A person of whom every kind of record holds a text with `mark` in it: their own words, and what employees wrote."""
    person = add_person(
        platform, name=f"Name{mark} Surname{mark}", email=f"mail.{mark}@example.net", phone="+12035550177", city=f"City{mark}",
        postcode="06604", street=f"12 Street{mark}", gender=f"Gender{mark}", age_band=f"Band{mark}", google_email=f"google.{mark}@example.net",
        pro=pro,
    )  # fmt: skip
    _orders(platform, person, mark)
    _application(platform, person, mark)
    _cases(platform, person, mark)
    _ledgers(platform, person, mark)
    add_entry(
        platform,
        add_survey(platform),
        person=person,
        answers={"q1": 9, "q4": f"Typed{mark}"},
        said={"gender": "female"},
    )
    contact = {"name": f"Entrant{mark}", "email": f"entrant.{mark}@example.net", "street": f"9 Prize{mark}"}
    enter(platform, add_contest(platform), contact, person=person)
    return person


def _orders(platform: Platform, person: str, mark: str) -> None:
    item = {"line": 1, "name": f"Item{mark}", "quantity": 1, "amount": 10_000}
    order = add_order(
        platform, person, items=[item], pet_name=f"Pet{mark}", care_notes=f"Care{mark}", street=f"1 Meeting{mark}"
    )
    payment = add_payment(platform, order, brand=f"Brand{mark}")
    add_refund(platform, payment, note=f"Refund{mark}", state="succeeded")
    add_dispute(platform, payment)
    add_review(platform, "refund", payment=payment)
    payout = add_payout(platform, add_order(platform, pro=person))
    _set(platform, "payouts", payout, person, "instrument", bank=f"Bank{mark}", payout_last_four="7392")
    change = add_payout_change(platform, person)
    _set(
        platform, "payout_changes", change, person, "instrument", old_last_four=f"Old{mark}", new_last_four=f"New{mark}"
    )
    event, clerk, report = new_id(), employee_id(platform, "billing"), new_id()
    note = sealed(platform, person, ("order_events", event, "service"), body=f"Remark{mark}")
    line = sealed(platform, clerk, ("report_lines/7", report, "thread"), note=f"Clerk{mark}")
    _add(
        platform,
        OrderEvent(id=event, order_id=order, at=platform.clock(), kind="note", owner=person, sealed_service=note),
        ReconciliationRow(id=report, digest=report, imported=platform.clock(), employee=clerk),
        ReportLineRow(
            reconciliation=report, line=7, result="unknown", category="charge", payment=payment, owner=clerk, sealed_note=line
        ),
        _change(platform, "orders", order, person, f"Former{mark}"),
    )  # fmt: skip


def _application(platform: Platform, person: str, mark: str) -> None:
    profile = {
        name: f"{name}{mark}" for name in ("business_name", "area", "postcode", "experience", "rates", "answers")
    }
    application = add_application(platform, person, complete=False, profile=profile)
    add_document(
        platform, application, "background_check", file_name=f"File{mark}.txt", provider=f"Provider{mark}", result=f"Result{mark}",
        content=f"Content{mark}".encode() * 200_000,
    )  # fmt: skip


def _cases(platform: Platform, person: str, mark: str) -> None:
    ticket, mail, now = add_ticket(platform, person=person, message=f"Message{mark}"), new_id(), platform.clock()
    author, note = employee_id(platform, "support"), new_id()
    words = sealed(platform, author, ("ticket_messages", note, "thread"), body=f"Jotted{mark}")
    sent = sealed(platform, person, ("mail", mail, "thread"), subject=f"Subject{mark}", body=f"Letter{mark}")
    _add(
        platform,
        TicketMessage(id=note, ticket=ticket, at=now, kind="note", author=author, owner=author, sealed_thread=words),
        MailRow(id=mail, at=now, due=now, topic="answer", person=person, sealed_thread=sent),
        CallerCheck(id=new_id(), ticket=ticket, person=person, employee=author, field="email", matched=True, at=now),
    )  # fmt: skip
    former = add_request(
        platform, "correct", "fulfilled", person=person, words=f"Words{mark}", asker=f"Asker{mark}", authority=f"Authority{mark}"
    )  # fmt: skip
    proposal = new_id()
    sides = sealed(platform, person, ("proposals", proposal, "change"), before=f"Before{mark}", after=f"After{mark}")
    _add(
        platform,
        ProposalRow(id=proposal, request=former, person=person, field="city", at=now, by=author, sealed_change=sides),
    )  # fmt: skip


def _ledgers(platform: Platform, person: str, mark: str) -> None:
    now, by, asked = platform.clock(), employee_id(platform, "privacy"), new_id()
    evidence = sealed(platform, person, ("google-access", asked, "thread"), evidence=f"Evidence{mark}")
    pseudonym = platform.vault.pseudonyms([person])[person]
    _add(
        platform,
        _change(platform, "users", person, person, f"Before{mark}"),
        LegalHoldRow(id=new_id(), person=person, placed=now, placed_by=by, reason="court"),
        GoogleAccessRow(
            id=asked, person=person, ticket=new_id(), ground="consent", asked=now, asked_by=by, sealed_thread=evidence
        ),
        DisclosureRow(id=new_id(), at=now, recipient="processor", purpose="refund", subject=pseudonym, about=f"O-{mark}"),
    )  # fmt: skip


def _change(platform: Platform, resource: str, record: str, owner: str, before: str) -> FieldChange:
    key = platform.vault.keys_of([owner])[owner]
    content = key.seal(resource, record, "change", dump_json({"city": (before, "Bridgeport")}))
    return FieldChange(
        id=new_id(), resource=resource, record=record, version=9, at=platform.clock(), employee=employee_id(platform, "support"),
        role="support", fields=["city"], owner=owner, sealed_change=content,
    )  # fmt: skip


def _set(platform: Platform, name: str, record: str, owner: str, category: str, **values: str) -> None:
    found = SQLModel.metadata.tables[name]
    document = sealed(platform, owner, (name, record, category), **values)
    with platform.database.writing() as session:
        session.connection().execute(
            found.update().where(found.c.id == record).values({f"sealed_{category}": document})
        )


def _add(platform: Platform, *rows: Any) -> None:
    with platform.database.writing() as session:
        session.add_all(rows)


# From the request to the file


@dataclass(frozen=True)
class Released:
    request: str
    passphrase: str
    link: str

    @property
    def path(self) -> str:
        return self.link[self.link.index("/v1/packages/") :]


def asked(platform: Platform, person: str | None) -> str:
    """A request to see that privacy works on; its id. They were signed in, so its package takes no second person."""
    return add_request(platform, "access", "in_progress", person=person, assignee="privacy", signed_in=True)


def act(
    api: Api, request: str, action: str, body: Any = None, *, name: str = "privacy", intent: str | None = None
) -> Any:
    row = row_of(api.platform, PrivacyRequestRow, request)
    client = api.sign_in(name)
    return post(client, f"/v1/privacy-requests/{request}/{action}", body, version=row.version, intent=intent)


def built(api: Api, person: str | None) -> str:
    """A request whose package is built; its id."""
    request = asked(api.platform, person)
    answer = act(api, request, "build-package")
    assert answer.status_code == 200, answer.text
    worker(api.platform).run_all()
    assert package_of(api.platform, request).state == "built"
    return request


def released(api: Api, person: str | None) -> Released:
    return release(api, built(api, person))


def release(api: Api, request: str) -> Released:
    """Of a package that is built."""
    answer = act(api, request, "release-package", {"message": LETTER})
    assert answer.status_code == 200, answer.text
    return Released(request, answer.json()["passphrase"], link_in_mail(api.platform, request))


def link_in_mail(platform: Platform, request: str) -> str:
    """As it stands in the mail that waits."""
    mails = table(MailRow)
    with platform.database.reading() as connection:
        row = connection.execute(select(mails).where(mails.c.request == request).order_by(mails.c.id.desc())).first()
    assert row is not None
    body = platform.vault.keys_of([request])[request].open("mail", row.id, "thread", bytes(row.sealed_thread)).decode()
    start = body.index("http")
    return body[start : body.index("\\n", start)]


def take(api: Api, found: Released, passphrase: str | None = None) -> httpx.Response:
    return api.post(found.path, data={"passphrase": passphrase or found.passphrase})


def files_in(answer: httpx.Response) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_of(platform: Platform, request: str) -> Any:
    found = table(PrivacyPackageRow)
    with platform.database.reading() as connection:
        return connection.execute(select(found).where(found.c.request == request)).one()
