"""Privacy requests of the sample data, once all people are there: a desk's worth of open ones, and what became of earlier ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Row, func, select, update
from sqlmodel import Session

from console.platform_api.documents import Value, dump, load
from console.platform_api.erasure_plan import make_plan, store_plan, total_of
from console.platform_api.erasure_stops import stops_of
from console.platform_api.first_policy import LABEL, first_policy, sha256_of
from console.platform_api.ids import id_at
from console.platform_api.keys import Keys
from console.platform_api.platform import Platform
from console.platform_api.privacy_alike import asker_token
from console.platform_api.privacy_clocks import SOON, appeal_limit, limits, next_due
from console.platform_api.seed_google_access import add_google_access
from console.platform_api.seed_privacy_cases import CaseWriter, Writing
from console.platform_api.seed_privacy_courses import COURSES, Course
from console.platform_api.seed_privacy_drafts import Draft, People
from console.platform_api.seed_privacy_made import CORRECTED, PLANNED, package, proposals
from console.platform_api.seed_privacy_texts import AUTHORITY, BASES, NEW_POLICY, WORDS
from console.platform_api.seed_rows import Plan
from console.platform_api.tables import (
    ErasurePlanRow,
    NamedInRequest,
    PolicyVersionRow,
    PrivacyRequestRow,
    TicketRow,
    UserRow,
    table,
)
from console.platform_api.vault import OwnerKey, Vault
from console.records.privacy_requests import BEFORE_PROOF, OPEN, RESOURCE, Kind, Regime, RequestState
from console.records.reasons import REASONS
from console.records.users import Source

USUAL, OF_USUAL = 2_000, 60
"""So many requests in a sample of so many users; of more people there are more, but not as many times more."""

POSTED = timedelta(days=35)
"""How long before the end of the sample the second version of the policy was posted."""

SECOND = "2"
_S = RequestState
_users, _tickets, _requests, _plans = table(UserRow), table(TicketRow), table(PrivacyRequestRow), table(ErasurePlanRow)
_UNPROVEN = (*BEFORE_PROOF, _S.UNVERIFIABLE, _S.WITHDRAWN)
_REASONS = {
    _S.DENIED: "deny", _S.APPEALED: "privacy_appeal", _S.UPHELD: "deny", _S.REVERSED: "privacy_appeal", _S.UNVERIFIABLE: "unverifiable",
    _S.PARTLY_FULFILLED: "fulfil_partly", _S.WITHDRAWN: "privacy_withdraw",
}  # fmt: skip
"""State → the list of reasons that the last thing done to it is from."""


def request_count(users: int) -> int:
    return min(users // 6, max(len(COURSES), round(OF_USUAL * math.sqrt(users / USUAL))))


@dataclass
class Requests:
    """Writes into one transaction at the end of a seeding. `staff`: the ids of the employees by account."""

    session: Session
    vault: Vault
    keys: Keys
    plan: Plan
    staff: Mapping[str, str]

    def add(self) -> int:
        """How many cases there are with them."""
        self._random = Random(f"{self.plan.seed}/{self.plan.users}/privacy")  # noqa: S311 - sample data, not secrets
        self._add_policy()
        drafts = self._drafts(request_count(self.plan.users))
        self.vault.create([draft.id for draft in drafts])
        persons = [draft.person.id for draft in drafts if draft.person is not None]
        keys = self.vault.keys_of([*(draft.id for draft in drafts), *persons])
        connection = self.session.connection()
        before = connection.execute(select(func.coalesce(func.max(_tickets.c.number), 0))).scalar_one()
        cases = CaseWriter(self.session, self._random, self.plan, self.staff, before)
        for number, draft in enumerate(drafts, 1):
            self.session.add(self._row(number, draft, keys, cases))
            self.session.add_all(self._beside(draft, keys))
            self.session.flush()
        self._planned = [draft for draft in drafts if "plan" in draft.course.more]
        add_google_access(self.session, self.vault, self.plan, self.staff, self._random)
        return cases.opened

    def add_plans(self) -> None:
        """Once all else is there: a plan counts what somebody has everywhere, and holds only while that stays as it is."""
        for draft in self._planned:
            self._add_plan(draft)

    def _add_policy(self) -> None:
        at, text = self.plan.until - POSTED, first_policy()["text"] + NEW_POLICY
        self.session.add(
            PolicyVersionRow(
                id=id_at(at, self._random), label=SECOND, effective=at, created=at, created_by=self.staff["privacy"],
                sha256=sha256_of(text), text=text,
            )
        )  # fmt: skip

    # What becomes of whom

    def _drafts(self, count: int) -> list[Draft]:
        """In the order in which they came; those for whom nobody is left are none."""
        people = People(self._random, self._candidates(count), self._stopped)
        found = []
        for rank in range(count):
            course = COURSES[rank % len(COURSES)]
            person = None if "unknown" in course.more else people.take(course)
            if person is None and "unknown" not in course.more:
                continue
            found.append(self._draft(course, person, again=rank >= len(COURSES)))
        return sorted(found, key=lambda draft: draft.received)

    def _stopped(self, person: str) -> bool:
        return bool(stops_of(self.session.connection(), person, person))

    def _candidates(self, count: int) -> Sequence[Any]:
        numbers = range(1, self.plan.users + 1)
        some = self._random.sample(numbers, min(len(numbers), count * 12))
        columns = _users.c.id, _users.c.number, _users.c.state, _users.c.opted_out
        connection = self.session.connection()
        return connection.execute(select(*columns).where(_users.c.number.in_(some)).order_by(_users.c.number)).all()

    def _draft(self, course: Course, person: Row[Any] | None, *, again: bool) -> Draft:
        days = course.days * (0.8 + 0.4 * self._random.random()) if again else course.days
        minutes = timedelta(minutes=self._random.randrange(1, 60))
        received = (self.plan.until - timedelta(days=days) - minutes).replace(microsecond=0)
        return Draft(id_at(received, self._random), course, person, received, self.plan.until)

    # Rows

    def _row(self, number: int, draft: Draft, keys: Mapping[str, OwnerKey], cases: CaseWriter) -> PrivacyRequestRow:
        course, person = draft.course, draft.person
        asker, email = self._asker(number, person, keys.get(person.id) if person is not None else None)
        owner = person.id if person is not None else None
        ticket = cases.write(Writing(draft.id, number, course, keys[draft.id], draft.received, draft.decided, owner))
        columns: dict[str, Any] = {
            **self._came(draft), **self._clock(draft), **self._went(draft), **self._ended(draft),
            **self._sealed(draft, keys[draft.id], asker, email),
        }  # fmt: skip
        return PrivacyRequestRow(
            number=number, id=draft.id, kind=course.kind, state=course.state, person=owner, ticket=ticket,
            asker_token=asker_token(self.keys, email), **columns,
        )  # fmt: skip

    def _beside(self, draft: Draft, keys: Mapping[str, OwnerKey]) -> Iterator[Any]:
        if "named" in draft.course.more:
            yield NamedInRequest(request=draft.id, employee=self.staff["support2"])
        if "package" in draft.course.more and draft.person is not None:
            yield package(draft.id, draft.person.id, draft.step(0.6), draft.decided)
        if "proposals" in draft.course.more and draft.person is not None:
            key, applied = keys[draft.person.id], draft.decided is not None
            stand = {**self._values(draft.person, key, "contact"), **self._values(draft.person, key, "locality")}
            before = {name: stand.get(name) for name in CORRECTED}
            yield from proposals(
                self._random, draft.id, key, draft.step(0.6), self.staff["privacy"], before, applied=applied
            )

    def _add_plan(self, draft: Draft) -> None:
        """What would really happen, so that it can be approved; of what was carried out already, what was approved then."""
        if draft.person is None:
            return
        connection, made = self.session.connection(), draft.step(0.7)
        if draft.over:
            lines = list(PLANNED)
        else:
            lines = make_plan(self._as_platform(), connection, draft.person.id, draft.id)
        sha256 = store_plan(connection, draft.id, lines, made)
        done = {_S.FULFILLED: total_of(lines), _S.ERASING: total_of(lines) // 2}.get(_S(draft.course.state), 0)
        connection.execute(update(_plans).where(_plans.c.request == draft.id).values(done=done))
        connection.execute(update(_requests).where(_requests.c.id == draft.id).values(plan_hash=sha256))

    def _as_platform(self) -> Platform:
        """As much of one as a plan asks: there is no log to write while data are made."""
        return cast("Platform", SimpleNamespace(vault=self.vault, keys=self.keys, clock=lambda: self.plan.until))

    def _asker(self, number: int, person: Row[Any] | None, key: OwnerKey | None) -> tuple[str, str]:
        """What they call themselves, and where they want the answer."""
        if person is None or key is None:
            return "Sam Visitor", f"sam.visitor{number}@mail.example"
        return self._values(person, key, "identity")["name"], self._values(person, key, "contact")["email"]

    def _values(self, person: Row[Any], key: OwnerKey, category: str) -> dict[str, str]:
        sealed = select(_users.c[f"sealed_{category}"]).where(_users.c.id == person.id)
        content = self.session.connection().execute(sealed).scalar_one()
        document = load(key.open("users", person.id, category, bytes(content))) if content is not None else {}
        return {name: value.value for name, value in document.items()}

    def _came(self, draft: Draft) -> dict[str, Any]:
        more, random = draft.course.more, self._random
        taken = draft.step(0.02)
        by_web = "signed_in" in more
        channel = "web" if by_web else random.choice(("email", "email", "email", "phone", "web", "letter"))
        return {
            "received": draft.received, "created": taken, "channel": channel, "signed_in": by_web, "agent": "agent" in more,
            "external_id": f"privacy-{draft.id}" if by_web else None, "about_privacy": "about_privacy" in more,
            "created_by": None if by_web else self.staff[random.choice(("support", "support2", "billing", "privacy2"))],
            "regime_reason": "residence" if draft.course.regime in (Regime.GDPR, Regime.CCPA) else None,
        }  # fmt: skip

    def _clock(self, draft: Draft) -> dict[str, Any]:
        course, extended = draft.course, draft.step(0.8) if "extended" in draft.course.more else None
        found = limits(Regime(course.regime), draft.received, extended=extended is not None)
        appealed = draft.appealed
        appeal_due = appeal_limit(Regime(course.regime), appealed) if appealed is not None else None
        state = _S(course.state)
        runs = next_due(
            state, acknowledge_due=found.acknowledge_due, due=found.due, appeal_due=appeal_due, acknowledged=self._acknowledged(draft)
        )  # fmt: skip
        last = runs or appeal_due or found.due
        reminded = self.plan.until if state in OPEN and last <= self.plan.until + SOON else None
        return {
            "regime": course.regime, "rule_version": found.rule_version, "acknowledge_due": found.acknowledge_due, "due": found.due,
            "appeal_due": appeal_due, "next_due": last, "extended": extended, "reminded": reminded,
        }  # fmt: skip

    def _went(self, draft: Draft) -> dict[str, Any]:
        """What is remembered of the way to the state."""
        course, found = draft.course, dict[str, Any]()
        if (acknowledged := self._acknowledged(draft)) is not None:
            found["acknowledged"] = acknowledged
        if course.state not in _UNPROVEN and course.kind not in (Kind.OPT_OUT, Kind.CONCERN):
            by_points = "signed_in" not in course.more
            found |= {
                "verified": draft.step(0.3), "verified_by": "points" if by_points else "signed_in", "points": 3 * by_points,
            }  # fmt: skip
        if course.kind == Kind.CONCERN and course.state not in (*BEFORE_PROOF, _S.WITHDRAWN):
            found["replied"] = draft.step(0.5)
        if draft.sent:
            found["submitted_by"] = self.staff["privacy2"]
        if course.kind == Kind.DELETE and course.state in (_S.ERASING, _S.FULFILLED):
            found["approved_by"] = self.staff["manager"]
        return found

    def _acknowledged(self, draft: Draft) -> datetime | None:
        heard = draft.course.state != _S.RECEIVED and draft.course.kind != Kind.OPT_OUT
        return draft.step(0.1) if heard else None

    def _ended(self, draft: Draft) -> dict[str, Any]:
        """An appeal keeps who decided before."""
        state, at = _S(draft.course.state), draft.decided
        reasons = REASONS[_REASONS[state]] if state in _REASONS else ()
        found: dict[str, Any] = {"reason": self._random.choice(list(reasons)) if reasons else None}
        if at is None:
            return found
        cited = SECOND if at >= self.plan.until - POSTED else LABEL
        people = state not in (_S.WITHDRAWN, _S.CONFIRMED)
        officer = "manager" if "about_privacy" in draft.course.more else self._random.choice(("privacy", "privacy2"))
        return found | {
            "decided": at, "decided_by": self.staff[officer] if people else None, "policy_version": cited if people else None,
        }  # fmt: skip

    def _sealed(self, draft: Draft, key: OwnerKey, asker: str, email: str) -> dict[str, bytes]:
        words = self._random.choice(WORDS[draft.course.kind])
        said = words.format(name=asker, email=email, city="town") if "{" in words else words
        authority = AUTHORITY if "agent" in draft.course.more else None
        texts: dict[str, dict[str, str | None]] = {
            "contact": {"asker": asker, "reply_to": email},
            "thread": {"words": said, "authority": authority, "basis": _basis(draft)},
        }
        at, found = draft.received, dict[str, bytes]()
        for category, fields in texts.items():
            document = {name: Value(text, Source.SELF, at) for name, text in fields.items() if text is not None}
            found[f"sealed_{category}"] = key.seal(RESOURCE, draft.id, category, dump(document))
        return found


def _basis(draft: Draft) -> str | None:
    """On what a declining rests; an appeal keeps it until it is reversed."""
    state = _S(draft.course.state)
    if draft.decided is None:
        return None
    return BASES.get(state) or (BASES["denied"] if state in (_S.APPEALED, _S.UPHELD) else None)
