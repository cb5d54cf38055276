"""People, tickets and employees made for one question each, in a running platform's own database.

Everything that a test makes is new, so tests share a server and none disturbs another.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Row, func, select, update

from console.platform_api import erasure_plan
from console.platform_api.access_package import sealing
from console.platform_api.corrections import tokens
from console.platform_api.documents import Value, dump
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.privacy_alike import asker_token
from console.platform_api.tables import (
    ApplicationDocumentRow,
    AuditEntry,
    AwardRow,
    CallerCheck,
    ContestEntryRow,
    ContestRow,
    DeputyRow,
    DisclosureRow,
    EmployeeRole,
    EmployeeRow,
    GoogleAccessRow,
    LegalHoldRow,
    MailRow,
    NamedInRequest,
    OrderEvent,
    OrderRow,
    PaymentReviewRow,
    PaymentRow,
    PayoutRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProApplicationRow,
    ProposalRow,
    ReconciliationRow,
    RefundRow,
    ReportLineRow,
    SignIn,
    SurveyEntryRow,
    SurveyRow,
    TellingRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.tokens import access_token
from console.records.employees import PREFIX, Role
from console.records.record import SEALED, categories
from console.records.users import Source, User
from tests.platform_api.applications_made import PROFILE, add_application, add_document, claimed
from tests.platform_api.contests_made import add_contest, add_won
from tests.platform_api.contests_made import add_entry as enter
from tests.platform_api.orders_made import (
    add_order,
    add_payment,
    add_payout,
    add_payout_change,
    add_refund,
    add_review,
    row_of,
    sealed,
)
from tests.platform_api.privacy_made import add_request
from tests.platform_api.privacy_made import claimed as claimed_request
from tests.platform_api.surveys_made import add_entry, add_survey

_serial = itertools.count(1)
NO_PASSWORD = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ABOUT = ("orders", "payments", "pro-applications", "contests")
"""What a case can be about beside a person, as the access table's conditions ask."""

_audit, _tickets, _users, _employees = table(AuditEntry), table(TicketRow), table(UserRow), table(EmployeeRow)
_TABLES = {
    "users": _users, "tickets": _tickets, "employees": _employees, "orders": table(OrderRow), "payments": table(PaymentRow),
    "refunds": table(RefundRow), "payment-reviews": table(PaymentReviewRow), "reconciliations": table(ReconciliationRow),
    "pro-applications": table(ProApplicationRow), "application-documents": table(ApplicationDocumentRow),
    "privacy-requests": table(PrivacyRequestRow), "google-access": table(GoogleAccessRow),
    "surveys": table(SurveyRow), "survey-entries": table(SurveyEntryRow),
    "contests": table(ContestRow), "contest-entries": table(ContestEntryRow), "awards": table(AwardRow),
}  # fmt: skip


class Clock:
    """The platform's clock, which a test can put forward."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @contextmanager
    def forward(self, **by: float) -> Iterator[None]:
        self.offset = timedelta(**by)
        try:
            yield
        finally:
            self.offset = timedelta()


@dataclass
class Person:
    """A user; `values` are all personal fields in clear, none of which any other person has."""

    id: str
    number: str
    values: dict[str, str]


@dataclass
class Ticket:
    id: str
    number: str
    texts: dict[str, str]


@dataclass
class Made:
    """A record of an order or its money; `texts` are its sealed values in clear, none of which any other record has."""

    id: str
    number: str
    texts: dict[str, str]


@dataclass
class Employee:
    """Somebody signed in, who asks over HTTP. `case` is in hand until a call says otherwise."""

    world: World
    id: str
    number: str
    sign_in: str
    case: str | None = None

    def ask(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
        params: Any = None,
        content: bytes | None = None,
        media: str | None = None,
    ) -> httpx.Response:
        """POSTs carry a new key unless one is given; `media` is what kind of content is sent."""
        now = self.world.platform.clock()
        headers = {"Authorization": f"Bearer {access_token(self.world.platform.keys.token, self.sign_in, now)}"}
        if self.case is not None:
            headers["Petworks-Case"] = self.case
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if media is not None:
            headers["Content-Type"] = media
        more = {"content": content} if content is not None else {"json": json} if json is not None else {}
        return self.world.http.request(method, path, headers=headers, params=params, **more)

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.ask("GET", path, params=params)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, json, **more)

    def reveal(
        self, record: Person | Made, *fields: str, reason: str | None = "answer_ticket", resource: str = "users"
    ) -> httpx.Response:
        wish = {"fields": list(fields or ("name",)), "case": self.case, "reason": reason}
        return self.post(f"/v1/{resource}/{record.number}/reveal", wish)


@dataclass
class World:
    """A running platform: what to ask it, and its database to arrange things in."""

    platform: Platform
    http: httpx.Client
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.platform.clock = self.clock

    # Making

    def person(self, state: str = "active", values: Mapping[str, str] | None = None, **columns: Any) -> Person:
        """A user with a value in every personal field."""
        person, values = new_id(), {**values_of(next(_serial)), **(values or {})}
        self.platform.vault.create([person])
        key, now = self.platform.vault.keys_of([person])[person], self.clock()
        sealed: dict[str, Any] = {}
        for category in SEALED & set(categories(User).values()):
            fields = {
                name: Value(value, source_of(name), now)
                for name, value in values.items()
                if categories(User)[name] is category
            }
            sealed[f"sealed_{category}"] = key.seal("users", person, str(category), dump(fields))
        with self.platform.database.writing() as session:
            row = UserRow(id=person, registered=now, state=state, **columns, **sealed)
            session.add(row)
            session.flush()
            number = f"U-{row.number}"
        self.platform.vault.index(person, sorted(tokens(self.platform.keys, values)))
        return Person(person, number, values)

    def employee(self, *roles: Role, person: Person | None = None, since: timedelta = timedelta()) -> Employee:
        """Signed in `since` ago; `person` is who they are on the marketplace."""
        employee, sign_in, now = new_id(), new_id(), self.clock()
        self.platform.vault.create([employee])
        serial = next(_serial)
        with self.platform.database.writing() as session:
            row = EmployeeRow(
                id=employee, email=f"e{serial}@petworks.example", name=f"Employee {serial}", password_hash=NO_PASSWORD, created=now,
                person=person.id if person else None,
            )  # fmt: skip
            session.add_all([row, SignIn(id=sign_in, employee=employee, signed_in=now - since, used=now)])
            session.add_all(EmployeeRole(employee=employee, role=role, at=now) for role in roles)
            session.flush()
            number = f"{PREFIX}-{row.number}"
        return Employee(self, employee, number, sign_in)

    def deputy(self, employee: Employee, purpose: str, **columns: Any) -> None:
        """They stand in for a day from now."""
        now = self.clock()
        row = {"named": now, "named_by": new_id(), "until": now + timedelta(days=1), **columns}
        with self.platform.database.writing() as session:
            session.add(DeputyRow(id=new_id(), employee=employee.id, purpose=purpose, **row))

    def ticket(
        self,
        *links: tuple[str, str],
        state: str = "open",
        holder: Employee | None = None,
        opener: Employee | None = None,
        owner: str | None = None,
        lease: timedelta = timedelta(minutes=30),
        texts: Mapping[str, str] | None = None,
        backed: bool = False,
    ) -> Ticket:
        """A ticket that a person wrote (or `opener` opened) with one incoming message and one note, held by `holder`."""
        ticket, now, found = new_id(), self.clock(), {**texts_of(next(_serial)), **(texts or {})}
        owner = owner or next((record for resource, record in links if resource == "users"), None) or new_id()
        self.platform.vault.create([owner])
        key = self.platform.vault.keys_of([owner])[owner]
        head = {name: Value(found[name], Source.SELF, now) for name in ("subject", "reference")}
        with self.platform.database.writing() as session:
            row = TicketRow(
                id=ticket, state=state, channel="email", opened=now, owner=owner, backed=backed,
                opened_by=opener.id if opener else None, assignee=holder.id if holder else None,
                lease_until=now + lease if holder else None, sealed_thread=key.seal("tickets", ticket, "thread", dump(head)),
            )  # fmt: skip
            session.add(row)
            session.add_all(TicketLink(ticket=ticket, resource=resource, record=record) for resource, record in links)
            for kind, author in (("in", None), ("note", holder.id if holder else None)):
                message = new_id()
                body = dump({"body": Value(found[kind], Source.SELF, now)})
                session.add(
                    TicketMessage(
                        id=message, ticket=ticket, at=now, kind=kind, author=author, owner=owner,
                        sealed_thread=key.seal("ticket_messages", message, "thread", body),
                    )
                )  # fmt: skip
            session.flush()
            number = f"T-{row.number}"
        return Ticket(ticket, number, found)

    def case(
        self,
        employee: Employee,
        *persons: Person,
        about: tuple[str, ...] = ABOUT,
        orders: Sequence[Made] = (),
        applications: Sequence[Made] = (),
        **more: Any,
    ) -> Ticket:
        """A ticket about the persons, records of the kinds in `about`, these orders and applications, in the employee's hand."""
        links = [("users", person.id) for person in persons]
        links += [(resource, self.concerning(resource, *persons)) for resource in about]
        links += [("orders", order.id) for order in orders]
        links += [("pro-applications", application.id) for application in applications]
        ticket = self.ticket(*links, **{"holder": employee, **more})
        employee.case = ticket.id
        return ticket

    def check(self, ticket: Ticket, person: Person, employee: Employee, *fields: str) -> None:
        """Caller checks that matched."""
        with self.platform.database.writing() as session:
            session.add_all(
                CallerCheck(
                    id=new_id(), ticket=ticket.id, person=person.id, employee=employee.id, field=name, matched=True, at=self.clock()
                )
                for name in fields
            )  # fmt: skip

    def audit(self, action: str, *, actor: Employee, role: str, **columns: Any) -> int:
        """A row of the log; gives its number."""
        from console.platform_api.audit import Entry, append

        resource, _, name = action.partition(":")
        entry = Entry(
            at=self.clock(), actor=actor.id, role=role, resource=resource, action=name, outcome="done", **columns
        )
        with self.platform.database.writing() as session:
            return append(session, [entry])[0]

    # Orders and money

    def order(self, parent: Person | None = None, pro: Person | None = None, **columns: Any) -> Made:
        """Placed by the parent, with a note on its timeline; each text is a value that no other order has."""
        parent, pro = parent or self.person(), pro or self.person(pro=True)
        word = letters(next(_serial))
        texts = {name: f"{name}order{word}" for name in ("pet_name", "care_notes", "street", "item", "note")}
        items = [
            {"line": 1, "name": texts["item"], "quantity": 1, "amount": 9_000},
            {"line": 2, "name": "Bath", "quantity": 1, "amount": 1_000},
        ]
        named = {name: texts[name] for name in ("pet_name", "care_notes", "street")}
        order = add_order(self.platform, parent.id, pro.id, items=items, **{**named, **columns})
        event, place = new_id(), ("order_events", "service")
        note = sealed(self.platform, parent.id, (place[0], event, place[1]), body=texts["note"])
        with self.platform.database.writing() as session:
            session.add(
                OrderEvent(id=event, order_id=order, at=self.clock(), kind="note", owner=parent.id, sealed_service=note)
            )
        return self._made(OrderRow, "O", order, texts)

    def concerning(self, resource: str, *persons: Person) -> str:
        """The id of a record that the first of the persons has a part in."""
        parent = persons[0] if persons else None
        if resource == "orders":
            return self.order(parent).id
        if resource == "pro-applications":
            return self._bare_application(parent)
        return self.payment(self.order(parent)).id if resource == "payments" else new_id()

    def payment(self, order: Made, state: str = "captured", **columns: Any) -> Made:
        """Of 100.00, paid by a card whose brand no other has; the last four digits are few."""
        serial = next(_serial)
        brand, four = f"brandpaid{letters(serial)}", f"{serial % 10_000:04}"
        made = add_payment(self.platform, order.id, state, brand=brand, last_four=four, **columns)
        return self._made(PaymentRow, "P", made, {"brand": brand, "last_four": four})

    def refund(
        self, payment: Made, by: Employee, amount: int = 2_000, state: str = "requested", **columns: Any
    ) -> Made:
        note = f"noterefund{letters(next(_serial))}"
        made = add_refund(self.platform, payment.id, amount, state, note=note, requested_by=by.id, **columns)
        return self._made(RefundRow, "RF", made, {"note": note})

    def payout(self, order: Made, **columns: Any) -> Made:
        serial = next(_serial)
        made = add_payout(self.platform, order.id, last_four=f"{serial % 10_000:04}", **columns)
        return self._made(PayoutRow, "PO", made, {"bank": "First Harbor", "payout_last_four": f"{serial % 10_000:04}"})

    def payout_change(self, pro: Person, **columns: Any) -> str:
        return add_payout_change(self.platform, pro.id, **columns)

    def review(self, payment: Made | None = None, kind: str = "large", **columns: Any) -> Made:
        """With its case; of a payment, or of a `payout_change`."""
        made = add_review(self.platform, kind, payment=payment.id if payment else None, **columns)
        return self._made(PaymentReviewRow, "RV", made, {})

    def case_of(self, review: Made, holder: Employee | None = None, lease: timedelta = timedelta(minutes=30)) -> Ticket:
        """The review's ticket, held by somebody."""
        ticket = row_of(self.platform, TicketRow, row_of(self.platform, PaymentReviewRow, review.id).ticket)
        found = Ticket(ticket.id, f"T-{ticket.number}", {})
        if holder is not None:
            self.change_ticket(found, assignee=holder.id, lease_until=self.clock() + lease)
        return found

    # Applications

    def application(self, person: Person, state: str = "submitted", **columns: Any) -> Made:
        """With a profile whose every text no other application has, and no documents unless it is to be `complete`."""
        word = letters(next(_serial))
        texts = {name: f"{name}applied{word}" for name in PROFILE}
        wanted = {"complete": False, "profile": texts, **columns}
        made = add_application(self.platform, person.id, state, **wanted)
        return self._made(ProApplicationRow, "PA", made, texts)

    def _bare_application(self, person: Person | None) -> str:
        """Only somebody's, for a case to be about: nobody looks at it."""
        found, now = new_id(), self.clock()
        row = ProApplicationRow(id=found, person=person.id if person else new_id(), received=now, due=now)
        with self.platform.database.writing() as session:
            session.add(row)
        return found

    def document(self, application: Made, kind: str = "insurance", **columns: Any) -> Made:
        """Received; its name, provider, result and content are texts that no other document has."""
        word = letters(next(_serial))
        texts = {name: f"{name.replace('_', '')}paper{word}" for name in ("file_name", "provider", "result", "content")}
        sent = {name: text for name, text in texts.items() if name != "content"}
        made = add_document(self.platform, application.id, kind, content=texts["content"].encode(), **sent, **columns)
        return self._made(ApplicationDocumentRow, "PD", made, texts)

    def case_of_application(self, application: Made, holder: Employee | None = None) -> Ticket:
        """The application's own case, opened if there is none; held by somebody for half an hour."""
        ticket = row_of(self.platform, TicketRow, claimed(self.platform, application.id, None))
        found = Ticket(ticket.id, f"T-{ticket.number}", {})
        if holder is not None:
            self.change_ticket(found, assignee=holder.id, lease_until=self.clock() + timedelta(minutes=30))
        return found

    def mail(self, ticket: Ticket, person: Person, state: str = "waiting", **columns: Any) -> str:
        """A message of the ticket on its way; its id."""
        found, now = new_id(), self.clock()
        row = MailRow(
            id=found, state=state, at=now, due=now + timedelta(minutes=1), topic="answer", person=person.id, ticket=ticket.id,
            **columns,
        )  # fmt: skip
        with self.platform.database.writing() as session:
            session.add(row)
        return found

    # Privacy

    def request(
        self,
        person: Person | None,
        kind: str = "access",
        state: str = "received",
        *,
        names: Sequence[Employee] = (),
        **columns: Any,
    ) -> Made:
        """Each text is a value that no other request has."""
        word = letters(next(_serial))
        texts = {name: f"{name}asked{word}" for name in ("asker", "words", "authority", "basis")}
        texts["reply_to"] = f"reply-{word}@canary.example"
        given: dict[str, Any] = {**texts, **columns}
        made = add_request(self.platform, kind, state, person=person.id if person else None, **given)
        with self.platform.database.writing() as session:
            session.add_all(NamedInRequest(request=made, employee=employee.id) for employee in names)
        return self._made(PrivacyRequestRow, "PR", made, texts)

    def case_of_request(self, request: Made, holder: Employee | None = None) -> Ticket:
        """The request's own case, opened if there is none; held by somebody for half an hour."""
        ticket = row_of(self.platform, TicketRow, claimed_request(self.platform, request.id, None))
        found = Ticket(ticket.id, f"T-{ticket.number}", {})
        if holder is not None:
            self.change_ticket(found, assignee=holder.id, lease_until=self.clock() + timedelta(minutes=30))
        return found

    def plan(self, request: Made, person: Person) -> str:
        """What would be erased, as a request's plan; its hash."""
        with self.platform.database.writing() as session:
            connection = session.connection()
            lines = erasure_plan.make_plan(self.platform, connection, person.id, request.id)
            sha256 = erasure_plan.store_plan(connection, request.id, lines, self.clock())
        self.change(PrivacyRequestRow, request.id, plan_hash=sha256)
        return sha256

    def package(self, request: Made, person: Person, **columns: Any) -> None:
        """Built, with nothing in it, for the address of the request; it takes a second person."""
        key, now = self.platform.vault.keys_of([person.id])[person.id], self.clock()
        row = PrivacyPackageRow(
            request=request.id, person=person.id, state="built", built=now, expires=now + timedelta(days=7), sha256="0" * 64,
            second="address", address_token=asker_token(self.platform.keys, request.texts["reply_to"]), **columns,
            sealed_key=sealing.seal_key(key, request.id, sealing.new_key()),
        )  # fmt: skip
        with self.platform.database.writing() as session:
            session.add(row)

    def proposal(
        self, request: Made, person: Person, by: Employee, name: str = "city", value: str = "Correctville"
    ) -> str:
        """Its id."""
        made, now = new_id(), self.clock()
        sides = {"before": person.values[name], "after": value}
        content = dump({side: Value(text, Source.EMPLOYEE, now) for side, text in sides.items()})
        key = self.platform.vault.keys_of([person.id])[person.id]
        row = ProposalRow(
            id=made, request=request.id, person=person.id, field=name, at=now, by=by.id,
            sealed_change=key.seal("proposals", made, "change", content),
        )  # fmt: skip
        with self.platform.database.writing() as session:
            session.add(row)
        return made

    def telling(self, request: Made) -> str:
        """Somebody who is still to be told of a correction."""
        made = new_id()
        row = TellingRow(id=made, request=request.id, recipient="courier", fields=["name"], at=self.clock())
        with self.platform.database.writing() as session:
            session.add(row)
        return made

    def google_access(self, person: Person, by: Employee, case: Ticket, state: str = "allowed") -> Made:
        """Asked for by somebody for their case; allowed for a day unless it is `asked`."""
        made, now = new_id(), self.clock()
        texts = {"evidence": f"evidence{letters(next(_serial))}"}
        key = self.platform.vault.keys_of([person.id])[person.id]
        content = dump({"evidence": Value(texts["evidence"], Source.EMPLOYEE, now)})
        row = GoogleAccessRow(
            id=made, person=person.id, ticket=case.id, ground="consent", asked=now, asked_by=by.id, state=state,
            until=now + timedelta(days=1) if state == "allowed" else None, sealed_thread=key.seal("google-access", made, "thread", content),
        )  # fmt: skip
        with self.platform.database.writing() as session:
            session.add(row)
        return self._made(GoogleAccessRow, "GA", made, texts)

    def hold(self, person: Person, by: Employee) -> None:
        """A legal hold."""
        row = LegalHoldRow(id=new_id(), person=person.id, placed=self.clock(), placed_by=by.id, reason="court")
        with self.platform.database.writing() as session:
            session.add(row)

    # Surveys

    def survey(self, state: str = "closed", entries: int = 0, **columns: Any) -> Made:
        """Its question in words has an answer in each entry, which no other has; nine fewer are told."""
        made = add_survey(self.platform, state, **{"counted": entries, **columns})
        words = [f"wrotesurvey{letters(next(_serial))}" for _ in range(entries)]
        for word in words:
            add_entry(self.platform, made, text=word)
        return self._made(SurveyRow, "SV", made, {f"text{place}": word for place, word in enumerate(words)})

    def survey_entry(self, person: Person | None = None) -> Made:
        word = f"wrotesurvey{letters(next(_serial))}"
        entry = add_entry(self.platform, self.survey("open").id, text=word, person=person.id if person else None)
        return self._made(SurveyEntryRow, "SE", entry, {"text": word})

    # Contests

    def contest(self, state: str = "open", **columns: Any) -> Made:
        return self._made(ContestRow, "CT", add_contest(self.platform, state, **columns), {})

    def entry(self, contest: Made, person: Person | None = None, **columns: Any) -> Made:
        """Each part of its contact is a value that no other entry has."""
        texts = contact_of(next(_serial))
        made = enter(self.platform, contest.id, texts, person=person.id if person else None, **columns)
        return self._made(ContestEntryRow, "CE", made, texts)

    def award(self, contest: Made, person: Person | None = None, **columns: Any) -> Made:
        texts = contact_of(next(_serial))
        made = add_won(self.platform, contest.id, texts, person=person.id if person else None, **columns)
        return self._made(AwardRow, "AW", made, texts)

    def award_made(self, award: str) -> Made:
        return self._made(AwardRow, "AW", award, {})

    def case_of_award(self, award: Made, holder: Employee | None = None) -> Ticket:
        """The award's own case; held by somebody for half an hour."""
        ticket = row_of(self.platform, TicketRow, row_of(self.platform, AwardRow, award.id).ticket)
        found = Ticket(ticket.id, f"T-{ticket.number}", {})
        if holder is not None:
            self.change_ticket(found, assignee=holder.id, lease_until=self.clock() + timedelta(minutes=30))
        return found

    # The books

    def reconciliation(self, importer: Employee) -> Made:
        """Done, with one difference that nobody explained."""
        made = new_id()
        row = ReconciliationRow(
            id=made,
            state="done",
            digest=made,
            imported=self.clock(),
            employee=importer.id,
            lines=1,
            done=1,
            differing=1,
        )
        line = ReportLineRow(
            reconciliation=made,
            line=1,
            result="unknown",
            category="charge",
            source=f"ch_{made[:8]}",
            currency="USD",
            gross=100,
        )
        with self.platform.database.writing() as session:
            session.add_all([row, line])
        return self._made(ReconciliationRow, "RC", made, {})

    def disclosure(self, person: Person) -> Made:
        made = new_id()
        row = DisclosureRow(
            id=made, at=self.clock(), recipient="processor", fields=["token"], purpose="refund", subject=self.pseudonym(person), about="RF-1"
        )  # fmt: skip
        with self.platform.database.writing() as session:
            session.add(row)
        return self._made(DisclosureRow, "D", made, {})

    def external(self, record: Person | Made) -> str:
        """The marketplace's own id of a user; an order of these tests has one from the start."""
        if isinstance(record, Made):
            model = ProApplicationRow if record.number.startswith("PA-") else OrderRow
            return str(row_of(self.platform, model, record.id).external_id)
        self.change(UserRow, record.id, external_id=record.id)
        return record.id

    def _made(self, model: Any, prefix: str, record: str, texts: dict[str, str]) -> Made:
        return Made(record, f"{prefix}-{row_of(self.platform, model, record).number}", texts)

    # Changing and asking

    def change(self, model: Any, record: str, **columns: Any) -> None:
        found = table(model)
        with self.platform.database.writing() as session:
            session.execute(update(found).where(found.c.id == record).values(**columns))

    def change_ticket(self, ticket: Ticket, **columns: Any) -> None:
        with self.platform.database.writing() as session:
            session.execute(update(_tickets).where(_tickets.c.id == ticket.id).values(**columns))

    def change_application(self, application: Made, **columns: Any) -> None:
        self.change(ProApplicationRow, application.id, **columns)

    def change_employee(self, employee: Employee, **columns: Any) -> None:
        with self.platform.database.writing() as session:
            session.execute(update(_employees).where(_employees.c.id == employee.id).values(**columns))

    def version(self, resource: str, record: str) -> int:
        found = _TABLES[resource]
        with self.platform.database.reading() as connection:
            return int(connection.execute(select(found.c.version).where(found.c.id == record)).scalar_one())

    def pseudonym(self, person: Person) -> str:
        return self.platform.vault.pseudonyms([person.id])[person.id]

    def logged(self, answer: httpx.Response) -> Row[Any] | None:
        """What the log says of one request: its last row."""
        request = answer.headers["request-id"]
        with self.platform.database.reading() as connection:
            rows = connection.execute(select(_audit).where(_audit.c.request == request).order_by(_audit.c.seq.desc()))
            return rows.first()

    def log_length(self) -> int:
        with self.platform.database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())


def letters(serial: int) -> str:
    """A number as letters: whole words that no other text holds."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{serial:05}")


def values_of(serial: int) -> dict[str, str]:
    """Personal values that no other person has, in every field."""
    word = letters(serial)
    return {
        "name": f"Quillon{word} Vexley{word}",
        "email": f"mail-{word}@canary.example",
        "phone": f"+1203555{serial % 10_000:04}",
        "city": f"Citadel{word}",
        "postcode": f"9{serial:05}",
        "street": f"{serial} Streetley{word} Lane",
        "gender": f"gender-{word}",
        "age_band": f"band-{word}",
        "google_email": f"google-{word}@canary.example",
    }


def contact_of(serial: int) -> dict[str, str]:
    """Of an entry: what it says of how its winner is reached."""
    word = letters(serial)
    return {
        "name": f"Entrant{word}", "email": f"entry-{word}@canary.example", "phone": f"+1203666{serial % 10_000:04}",
        "street": f"{serial} Prizely{word} Lane", "city": f"Wincity{word}", "postcode": f"8{serial:05}",
    }  # fmt: skip


def texts_of(serial: int) -> dict[str, str]:
    """A ticket's texts: subject, reference, incoming message, note."""
    word = letters(serial)
    return {name: f"{name}text{word}" for name in ("subject", "reference", "in", "note")}


def source_of(name: str) -> Source:
    return Source.GOOGLE if name == "google_email" else Source.SELF
