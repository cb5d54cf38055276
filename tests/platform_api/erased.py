"""Somebody with something of everything, whose erasure is asked for; and whether anything of them is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from typing import Any

from sqlalchemy import Connection, func, select, update

from console.platform_api import erasure_job, erasure_plan
from console.platform_api.audit_verify import WHOLE, verify_log
from console.platform_api.documents import Value, dump, load_json
from console.platform_api.erasure_parts import PARTS
from console.platform_api.history import seal_reason
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.reconciliations import note_place
from console.platform_api.tables import (
    AuditReason,
    FieldChange,
    GoogleAccessRow,
    LegalHoldRow,
    OrderEvent,
    OrderRow,
    PackagePart,
    PaymentRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    RefundRow,
    ReportLineRow,
    TicketMessage,
    UserRow,
    table,
)
from console.platform_api.tables.base import Row
from console.platform_api.transaction import own_work
from console.records.users import Source
from tests.platform_api.api import employee_id
from tests.platform_api.applications_made import add_application
from tests.platform_api.contests_made import add_contest
from tests.platform_api.contests_made import add_entry as enter
from tests.platform_api.orders_made import add_order, add_payment, add_payout, add_payout_change, add_refund, row_of
from tests.platform_api.people import add_person, add_ticket
from tests.platform_api.privacy_made import add_request
from tests.platform_api.surveys_made import add_entry, add_survey

NAME = "Zoëphine Quoxicanary"
VALUES = {
    "name": NAME, "email": "quoxi.box-canary@vlast.example", "phone": "+12035550188", "city": "Cityquoxcanary", "postcode": "Q7X-0188",
    "street": "0188 Streetquoxcanary Row", "google_email": "google-quoxcanary@vlast.example",
}  # fmt: skip
CANARIES = (
    "Quoxicanary", "Zoëphine", "quoxi.box-canary", "2035550188", "Cityquoxcanary", "Q7X-0188", "Streetquoxcanary", "google-quoxcanary",
)  # fmt: skip

Place = tuple[str, str, str]


@dataclass(frozen=True)
class Text:
    """A text of somebody else that names the person: where it lies, and how it reads before and after."""

    kind: str
    model: type[Row]
    where: dict[str, Any]
    column: str
    owner: str
    place: Place
    field: str
    before: str
    after: str

    def read(self, platform: Platform) -> str:
        with platform.database.reading() as connection:
            return self.read_in(connection, platform)

    def write(self, connection: Connection, platform: Platform) -> None:
        """As it reads before, in the place of what is there."""
        found, sealed = table(self.model), _sealed(platform, self.owner, self.place, **{self.field: self.before})
        mine = [found.c[name] == value for name, value in self.where.items()]
        connection.execute(update(found).where(*mine).values({self.column: sealed}))

    def read_in(self, connection: Connection, platform: Platform) -> str:
        found = table(self.model)
        mine = [found.c[name] == value for name, value in self.where.items()]
        sealed = connection.execute(select(found.c[self.column]).where(*mine)).scalar_one()
        document = load_json(platform.vault.keys_of([self.owner])[self.owner].open(*self.place, bytes(sealed)))
        return str(document[self.field][-1 if self.column == "sealed_change" else 0])


@dataclass(frozen=True)
class Scene:
    person: str
    other: str
    request: str
    others: tuple[Text, ...]
    kept: tuple[Text, ...]
    """Texts of others that may not change."""
    reason: int
    """The log's row with a reason about somebody else that names the person."""

    def redacts(self) -> dict[str, int]:
        """Kind → how many, as the plan should say."""
        kinds = [text.kind for text in self.others]
        return {kind: kinds.count(kind) for kind in kinds} | {"reasons": 1}

    def assert_nothing_yet(self, platform: Platform) -> None:
        assert [text.read(platform) for text in self.others] == [text.before for text in self.others]
        assert len(reason_of(platform, self.reason)) > 28

    def assert_erased(self, platform: Platform) -> None:
        assert set(platform.vault.keys_of([self.person, self.other])) == {self.other}
        assert row_of(platform, UserRow, self.person).state == "erased"
        assert left(platform, self.person) == {}
        assert [text.read(platform) for text in self.others] == [text.after for text in self.others]
        assert [text.read(platform) for text in self.kept] == [text.before for text in self.kept]
        assert reason_of(platform, self.reason) == b""
        assert verify_log(platform.data, platform.database.url, None, StringIO()) == WHOLE


def reason_of(platform: Platform, seq: int) -> bytes:
    reasons = table(AuditReason)
    with platform.database.reading() as connection:
        return bytes(connection.execute(select(reasons.c.sealed_reason).where(reasons.c.seq == seq)).scalar_one())


def left(platform: Platform, person: str) -> dict[str, int]:
    """Part → rows that still hold something of the person."""
    found: dict[str, int] = {}
    with platform.database.reading() as connection:
        for part in PARTS:
            rows = connection.execute(select(part.table).where(part.left(part.who(platform.keys, person)))).all()
            found |= {part.what: len(rows)} if rows else {}
    return found


def lay_out(platform: Platform) -> Scene:
    """A pet parent who is a pro as well, nothing of whose is going on any more."""
    long_ago = platform.clock() - timedelta(days=30)
    person = add_person(platform, pro=True, opted_out=True, **VALUES)
    other = add_person(platform, name="Olga Other", email="olga@example.net")
    mine = add_order(platform, person, other, state="closed", starts=long_ago)
    add_refund(platform, add_payment(platform, mine, created=long_ago), state="succeeded")
    _of_the_person(platform, person, mine)
    request = add_request(platform, "delete", "in_progress", person=person, assignee="privacy")
    others, kept = tuple(_of_others(platform, person, other, mine)), tuple(_unchangeable(platform, person))
    return Scene(person, other, request, others, kept, add_reason(platform, other, f"{NAME} asked for it"))


def _of_the_person(platform: Platform, person: str, order: str) -> None:
    add_application(platform, person, state="approved", decided=platform.clock())
    add_payout_change(platform, person, state="in_force")
    survey = add_survey(platform)
    add_entry(platform, survey, person=person, text="Ring me", said={"gender": "female"}, counted=True)
    contact = {name: VALUES[name] for name in ("name", "email", "street", "city")}
    enter(platform, add_contest(platform), contact, person=person)
    ticket = add_ticket(platform, person=person, message="Please delete me.")
    now, employee, earlier = (
        platform.clock(),
        employee_id(platform, "privacy"),
        add_request(platform, "access", "fulfilled", person=person),
    )
    with platform.database.writing() as session:
        session.add(_event(platform, order, person, "Rang twice"))
        session.add(
            GoogleAccessRow(
                id=new_id(), person=person, ticket=ticket, ground="consent", asked=now, asked_by=employee, sealed_thread=b"x" * 60
            )
        )  # fmt: skip
        session.add(
            ProposalRow(
                id=new_id(), request=earlier, person=person, field="city", at=now, by=employee, sealed_change=b"y" * 60
            )
        )
        session.add(
            PrivacyPackageRow(
                request=earlier, person=person, state="released", sealed_key=b"z" * 60, token_hash=b"t" * 32, salt=b"s"
            )
        )
        session.add(PackagePart(request=earlier, name="json", part=0, sealed_content=b"p" * 90))


def add_reason(platform: Platform, owner: str, text: str) -> int:
    """The log's row with it, about a user."""
    key = platform.vault.keys_of([owner])[owner]
    with own_work(platform) as work:
        entry = work.entry("users", "hold", person=owner)
        work.entries.append(replace(entry, reason="court", reason_text=seal_reason(key, "users", owner, text)))
    with platform.database.reading() as connection:
        return int(connection.execute(select(func.max(table(AuditReason).c.seq))).scalar_one())


def _event(platform: Platform, order: str, owner: str, body: str) -> OrderEvent:
    event = new_id()
    sealed = _sealed(platform, owner, ("order_events", event, "service"), body=body)
    return OrderEvent(id=event, order_id=order, at=platform.clock(), kind="note", owner=owner, sealed_service=sealed)


def _sealed(platform: Platform, owner: str, place: Place, **texts: str) -> bytes:
    document = {name: Value(text, Source.EMPLOYEE, platform.clock()) for name, text in texts.items()}
    return platform.vault.keys_of([owner])[owner].seal(*place, dump(document))


def _of_others(platform: Platform, person: str, other: str, mine: str) -> Iterator[Text]:
    long_ago, clerk = platform.clock() - timedelta(days=30), employee_id(platform, "billing")
    care, street = "Zoëphine's number is (203) 555-0188", "0188 streetquoxcanary row, at the back"
    walked = add_order(platform, other, person, state="closed", starts=long_ago, care_notes=care, street=street)
    payment = add_payment(platform, walked, created=long_ago, last_four="1881")
    add_payout(platform, walked)
    refund = add_refund(platform, payment, state="succeeded", note="ZOËPHINE never came")
    order = {"id": walked}
    yield Text(
        "orders", *_in(OrderRow, order, "sealed_service", other), ("orders", walked, "service"), "care_notes", care,
        "•••'s number is •••",
    )  # fmt: skip
    yield Text(
        "order_places", *_in(OrderRow, order, "sealed_address", other), ("orders", walked, "address"), "address", street,
        "•••, at the back",
    )  # fmt: skip
    yield Text(
        "refund_notes", *_in(RefundRow, {"id": refund}, "sealed_service", other), ("refunds", refund, "service"), "note",
        "ZOËPHINE never came", "••• never came",
    )  # fmt: skip
    yield from _notes(platform, person, other, walked, clerk)
    yield _line(platform, mine, clerk)


def _notes(platform: Platform, person: str, other: str, order: str, clerk: str) -> Iterator[Text]:
    subject = "Mail quoxi.box-canary@vlast.example, or google-quoxcanary@VLAST.example."
    event = _event(platform, order, other, "Quoxicanary was seen")
    ticket = add_ticket(platform, person=other, message=f"Who is {NAME}?", links=[("users", person)])
    note = new_id()
    place = ("ticket_messages", note, "thread")
    with platform.database.writing() as session:
        session.add(event)
        session.add(
            TicketMessage(
                id=note, ticket=ticket, at=platform.clock(), kind="note", author=clerk, owner=clerk,
                sealed_thread=_sealed(platform, clerk, place, body=subject),
            )
        )  # fmt: skip
    yield Text(
        "order_notes", *_in(OrderEvent, {"id": event.id}, "sealed_service", other), ("order_events", event.id, "service"), "body",
        "Quoxicanary was seen", "••• was seen",
    )  # fmt: skip
    yield Text(
        "messages",
        *_in(TicketMessage, {"id": note}, "sealed_thread", clerk),
        place,
        "body",
        subject,
        "Mail •••, or •••.",
    )
    yield _in_a_ticket_of_nobody(platform)
    messages = table(TicketMessage)
    with platform.database.reading() as connection:
        wrote = connection.execute(
            select(messages.c.id).where(messages.c.ticket == ticket, messages.c.kind == "in")
        ).scalar_one()
    yield Text(
        "messages", *_in(TicketMessage, {"id": wrote}, "sealed_thread", other), ("ticket_messages", wrote, "thread"), "body",
        f"Who is {NAME}?", "Who is ••• •••?",
    )  # fmt: skip


def _in_a_ticket_of_nobody(platform: Platform) -> Text:
    """Somebody wrote of whom nobody knew who they were."""
    clerk = employee_id(platform, "support")
    ticket = add_ticket(platform, message="A neighbour of Zoëphine rang")
    messages = table(TicketMessage)
    with platform.database.reading() as connection:
        found = connection.execute(select(messages.c.id, messages.c.owner).where(messages.c.ticket == ticket)).one()
    assert found.owner == clerk
    return Text(
        "loose_messages", *_in(TicketMessage, {"id": found.id}, "sealed_thread", clerk), ("ticket_messages", found.id, "thread"), "body",
        "A neighbour of Zoëphine rang", "A neighbour of ••• rang",
    )  # fmt: skip


def _line(platform: Platform, order: str, clerk: str) -> Text:
    """A clerk's note about a payment of the person's."""
    payments, report, text = table(PaymentRow), new_id(), "Zoëphine was charged twice"
    with platform.database.reading() as connection:
        payment = connection.execute(select(payments.c.id).where(payments.c.order_id == order)).scalar_one()
    row = ReportLineRow(
        reconciliation=report, line=3, result="differs", category="charge", payment=payment, owner=clerk
    )
    row.sealed_note = _sealed(platform, clerk, note_place(row), note=text)  # type: ignore[arg-type]
    place = note_place(row)  # type: ignore[arg-type]
    with platform.database.writing() as session:
        session.add(row)
    where = {"reconciliation": report, "line": 3}
    return Text(
        "report_notes", *_in(ReportLineRow, where, "sealed_note", clerk), place, "note", text, "••• was charged twice"
    )


def _unchangeable(platform: Platform, person: str) -> Iterator[Text]:
    """What is only added to, and what a legal hold keeps."""
    long_ago = platform.clock() - timedelta(days=30)
    held = add_person(platform, name="Hella Held", email="hella@example.net")
    order = add_order(platform, held, person, state="closed", starts=long_ago, care_notes="Ask Zoëphine")
    change, key = new_id(), platform.vault.keys_of([held])[held]
    content = b'{"care_notes":["Ask Bert","Ask Zo\xc3\xabphine"]}'
    with platform.database.writing() as session:
        session.add(
            LegalHoldRow(
                id=new_id(), person=held, placed=long_ago, placed_by=employee_id(platform, "manager"), reason="court"
            )
        )
        session.add(
            FieldChange(
                id=change, resource="orders", record=order, version=2, at=long_ago, employee=employee_id(platform, "support"),
                role="support", owner=held, sealed_change=key.seal("orders", order, "change", content),
            )
        )  # fmt: skip
    yield Text(
        "orders", *_in(OrderRow, {"id": order}, "sealed_service", held), ("orders", order, "service"), "care_notes",
        "Ask Zoëphine", "",
    )  # fmt: skip
    yield Text(
        "history", *_in(FieldChange, {"id": change}, "sealed_change", held), ("orders", order, "change"), "care_notes", "Ask Zoëphine", ""
    )  # fmt: skip


def _in(model: type[Row], where: dict[str, Any], column: str, owner: str) -> tuple[type[Row], dict[str, Any], str, str]:
    return model, where, column, owner


def approved(platform: Platform) -> Scene:
    return approve(platform, lay_out(platform))


def approve(platform: Platform, scene: Scene) -> Scene:
    """What a second person's approval leaves: a job that nobody has begun."""
    requests, users = table(PrivacyRequestRow), table(UserRow)
    with own_work(platform) as work:
        lines = erasure_plan.make_plan(platform, work.connection, scene.person, scene.request)
        sha256 = erasure_plan.store_plan(work.connection, scene.request, lines, work.now)
        known = {
            "plan_hash": sha256,
            "submitted_by": employee_id(platform, "privacy"),
            "approved_by": employee_id(platform, "privacy2"),
        }
        work.connection.execute(update(requests).where(requests.c.id == scene.request).values(state="erasing", **known))
        work.connection.execute(update(users).where(users.c.id == scene.person).values(state="erasing"))
        erasure_job.ask(work, scene.person, scene.request)
    return scene
