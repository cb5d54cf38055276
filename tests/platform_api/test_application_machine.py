"""A pro application under any series of actions, by anybody, while leases lapse and the applicant answers: against a model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from console.platform_api.application_clock import expire_unanswered
from console.platform_api.platform import Platform
from console.platform_api.tables import ProApplicationRow, TicketLink, TicketRow, table
from console.platform_api.transaction import own_work
from tests.platform_api.api import Api
from tests.platform_api.applications_made import add_application, add_document, is_pro, person_of
from tests.platform_api.people import post

NAMES = ("support", "manager", "manager2", "billing")
OPEN = ("submitted", "in_review", "info_requested", "reopened")
REVIEWED = ("in_review",)
FROM: Mapping[str, tuple[str, ...]] = {
    "claim": OPEN, "release": ("in_review", "info_requested"), "note": ("in_review", "info_requested"), "recommend": REVIEWED,
    "ask": REVIEWED, "answered": ("info_requested",), "approve": REVIEWED, "decline": REVIEWED, "reopen": ("declined",), "withdraw": OPEN,
}  # fmt: skip
TO = {
    "ask": "info_requested", "answered": "submitted", "approve": "approved", "decline": "declined", "reopen": "reopened",
    "withdraw": "withdrawn",
}  # fmt: skip
HELD = ("release", "note", "recommend", "ask", "approve", "decline")
"""Actions of whoever has claimed it."""

DECIDING = ("approve", "decline", "reopen")
NOT_THE_DECIDERS = (*DECIDING, "withdraw")
"""Who decided once leaves these to another."""

UNVERSIONED = ("claim", "note")
BODIES: Mapping[str, Mapping[str, str]] = {
    "note": {"body": "a note"}, "recommend": {"recommendation": "decline"}, "ask": {"subject": "A question", "body": "Why?"},
    "answered": {"reason": "by_mail"}, "decline": {"reason": "area"}, "reopen": {"reason": "appeal"}, "withdraw": {"reason": "twice"},
}  # fmt: skip

_applications, _tickets, _links = table(ProApplicationRow), table(TicketRow), table(TicketLink)


class ApplicationMachine(RuleBasedStateMachine):
    """`state`, `version`, `holder`, `decider`, `whole`, `cases` are the model; the platform behind `clients` must agree after each step."""

    platform: Platform
    clients: Mapping[str, httpx.Client]

    @initialize(whole=st.booleans())
    def begin(self, whole: bool) -> None:
        self.application = add_application(self.platform, complete=whole)
        self.whole = whole
        self.state, self.version = "submitted", 1
        self.holder: str | None = None
        self.decider: str | None = None
        self.cases: list[str] = []
        self.answers = 0

    # What the model expects

    def lacks_role(self, name: str, action: str) -> bool:
        if action in DECIDING:
            return not name.startswith("manager")
        return name != "support" if action == "recommend" else name == "billing"

    def lacks_claim(self, name: str, action: str) -> bool:
        return self.holder not in (None, name) if action == "claim" else action in HELD and self.holder != name

    def expected(self, name: str, action: str, stale: bool) -> int:
        if self.lacks_role(name, action) or (action in NOT_THE_DECIDERS and self.decider == name):
            return 403
        if stale and action not in UNVERSIONED:
            return 412
        if self.lacks_claim(name, action):
            return 403
        possible = self.state in FROM[action] and (action != "approve" or self.whole)
        return 200 if possible else 409

    def done(self, name: str, action: str) -> None:
        self.version += 1
        if action == "claim":
            self.taken(name)
        elif action == "release":
            self.holder = None
        elif action in TO:
            self.moved(name, action)

    def taken(self, name: str) -> None:
        if self.state == "reopened" or not self.cases:
            self.cases.append("open")
        self.state = "in_review" if self.state in ("submitted", "reopened") else self.state
        self.holder = name

    def moved(self, name: str, action: str) -> None:
        self.state = TO[action]
        if action != "ask":
            self.holder = None
        if action in ("approve", "decline"):
            self.decider = name
        if action in ("approve", "decline", "withdraw"):
            self.solved()

    def solved(self) -> None:
        if self.cases:
            self.cases[-1] = "solved"

    # Steps

    @rule(name=st.sampled_from(NAMES), action=st.sampled_from(list(FROM)), stale=st.sampled_from([False, False, True]))
    def act(self, name: str, action: str, stale: bool) -> None:
        version = self.version + (1 if stale else 0)
        wanted = self.expected(name, action, stale)
        path = f"/v1/pro-applications/{self.application}/{action}"
        answer = post(self.clients[name], path, BODIES.get(action, {}), version=version)
        assert answer.status_code == wanted, (name, action, self.state, self.holder, answer.text)
        if wanted == 200:
            self.done(name, action)

    @rule(
        name=st.sampled_from(["support", "manager", "manager2"]), actions=st.sampled_from(["decline", "ask", "approve"])
    )
    def claim_and(self, name: str, actions: str) -> None:
        """The way most go, so that the series comes far."""
        for action in ("claim", actions):
            self.act(name, action, False)

    @precondition(lambda self: self.state in ("info_requested", "declined"))
    @rule(name=st.sampled_from(["manager", "manager2"]))
    def goes_on(self, name: str) -> None:
        self.act(name, "answered" if self.state == "info_requested" else "reopen", False)

    @precondition(lambda self: self.holder is not None)
    @rule()
    def lease_lapses(self) -> None:
        past = {"lease_until": self.platform.clock() - timedelta(seconds=1)}
        with self.platform.database.writing() as session:
            held = _tickets.c.lease_until.is_not(None)
            session.connection().execute(_tickets.update().where(held).values(**past))
        self.holder = None

    @rule()
    def applicant_answers(self) -> None:
        self.answers += 1
        answer = self.feed(rates=f"{self.answers} dollars")
        assert answer.status_code == (200 if self.state in OPEN else 422), answer.text
        if self.state not in OPEN:
            return
        self.version += 1
        if self.state == "info_requested":
            self.state, self.holder = "submitted", None

    @rule()
    def applicant_withdraws(self) -> None:
        answer = self.feed(state="withdrawn")
        assert answer.status_code == (200 if self.state in (*OPEN, "withdrawn") else 422), answer.text
        if self.state in OPEN:
            self.state, self.holder, self.version = "withdrawn", None, self.version + 1
            self.solved()

    @rule()
    def days_go_by(self) -> None:
        """30 of them for whoever owes an answer."""
        with self.platform.database.writing() as session:
            owed = _applications.c.id == self.application, _applications.c.stopped.is_not(None)
            long_ago = {"stopped": self.platform.clock() - timedelta(days=31)}
            session.connection().execute(_applications.update().where(*owed).values(**long_ago))
        with own_work(self.platform) as work:
            expire_unanswered(work)
        if self.state == "info_requested":
            self.state, self.holder, self.version = "expired", None, self.version + 1
            self.solved()

    @precondition(lambda self: not self.whole)
    @rule()
    def documents_come(self) -> None:
        for kind in ("insurance", "background_check"):
            add_document(self.platform, self.application, kind)
        self.whole = True

    @precondition(lambda self: bool(self.cases))
    @rule(action=st.sampled_from(["solved", "reopen"]))
    def case_by_hand(self, action: str) -> None:
        """Nobody ends or takes up a case but by its application."""
        case = self.tickets()[-1]
        name = self.holder or "manager"
        refused = post(self.clients[name], f"/v1/tickets/{case.id}/{action}", version=case.version)
        assert refused.status_code in (403, 409), refused.text

    def feed(self, **fields: Any) -> httpx.Response:
        item = {"external_id": f"application-{self.application}", **fields}
        return self.clients["service"].post("/v1/ingest/pro-applications", json={"items": [item]})

    def tickets(self) -> list[Any]:
        """The application's cases, oldest first."""
        linked = select(_links.c.ticket).where(_links.c.record == self.application)
        with self.platform.database.reading() as connection:
            found = select(_tickets).where(_tickets.c.id.in_(linked)).order_by(_tickets.c.number)
            return list(connection.execute(found))

    # What always holds

    @invariant()
    def the_platform_agrees(self) -> None:
        if not hasattr(self, "application"):
            return
        for name in ("support", "manager"):
            body = self.clients[name].get(f"/v1/pro-applications/{self.application}").json()
            assert (body["state"], body["version"]) == (self.state, self.version)
            assert body["yours"] == (self.holder == name) and (body["assignee"] is None) == (self.holder is None)
            assert (body["due"] is None, body["stopped"] is not None) == (self.state == "info_requested",) * 2
            assert (body["missing"] == []) == self.whole
            offered = {action["name"]: action["allowed"] for action in body["actions"] if action["name"] in FROM}
            assert offered == {a: self.expected(name, a, False) == 200 for a in FROM if not self.lacks_role(name, a)}
        assert is_pro(self.platform, person_of(self.platform, self.application)) == (self.state == "approved")
        assert [ticket.state for ticket in self.tickets()] == self.cases


def test_any_series_of_actions(api: Api, platform: Platform) -> None:
    here = {"platform": platform, "clients": {name: api.sign_in(name) for name in (*NAMES, "service")}}
    run_state_machine_as_test(
        type("HereMachine", (ApplicationMachine,), here),
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
