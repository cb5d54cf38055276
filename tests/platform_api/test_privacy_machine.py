"""A privacy request under any series of actions, by anybody, while leases lapse and what it makes comes: against a model."""

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

from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.tables import (
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TicketLink,
    TicketRow,
    UserRow,
    table,
)
from tests.platform_api.api import Api
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_person, post
from tests.platform_api.privacy_made import add_request

NAMES = ("support", "manager", "privacy", "privacy2", "auditor")
KINDS = ("access", "correct", "delete", "opt_out", "concern")
PROVEN = ("access", "correct", "delete")
BEFORE_PROOF = ("received", "acknowledged", "verifying")
PROVABLE = (*BEFORE_PROOF, "reversed")
DECIDABLE = (*PROVABLE, "verified", "in_progress")
OPEN = (*DECIDABLE, "appealed", "effective")
DECLINED = ("denied", "unverifiable", "partly_fulfilled")
FROM: Mapping[str, tuple[str, ...]] = {
    "claim": OPEN, "release": OPEN, "note": OPEN, "message": OPEN, "identify": PROVABLE, "set-regime": DECIDABLE,
    "acknowledge": ("received",), "ask-proof": ("received", "acknowledged", "reversed"), "unverifiable": PROVABLE,
    "begin": ("received", "acknowledged", "verified", "reversed"), "deny": DECIDABLE, "extend": DECIDABLE, "fulfil": ("in_progress",),
    "fulfil-partly": ("in_progress",), "appeal": DECLINED, "uphold": ("appealed",), "reverse": ("appealed",), "withdraw": DECIDABLE,
    "confirm": ("effective",), "amend": OPEN,
}  # fmt: skip
TO = {
    "acknowledge": "acknowledged", "ask-proof": "verifying", "unverifiable": "unverifiable", "begin": "in_progress", "deny": "denied",
    "fulfil": "fulfilled", "fulfil-partly": "partly_fulfilled", "appeal": "appealed", "uphold": "upheld", "reverse": "reversed",
    "withdraw": "withdrawn", "confirm": "confirmed",
}  # fmt: skip
ONLY_OF = {
    **dict.fromkeys(("ask-proof", "unverifiable"), PROVEN), "begin": (*PROVEN, "concern"), "fulfil-partly": ("access", "correct"),
    "set-regime": (*PROVEN, "concern"), "extend": (*PROVEN, "concern"),
}  # fmt: skip
FROM_ANYBODY = ("appeal", "withdraw")
SECOND = ("uphold", "reverse")
"""Not of who declined; nobody needs to have claimed it."""

MANAGERS = ("claim", "release", "note", "message", "acknowledge", "begin", "fulfil", "deny", "extend", "amend")
"""What a manager does with a concern about privacy."""

DECIDING = ("unverifiable", "deny", "fulfil", "fulfil-partly", "uphold", "confirm")
ANSWERING = ("message", "unverifiable", "deny", "fulfil-partly", "uphold", "confirm")
ENDING = (*DECIDING, "withdraw")
UNVERSIONED = ("claim", "note")

DAYS = timedelta(days=14)
"""How long the link of a package opens."""

LETTER = {"subject": "Your request", "body": "We answer it. You can turn to the Attorney General."}
WHY = {"policy_version": "1", "message": LETTER}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "note": {"body": "a note"}, "message": LETTER, "set-regime": {"regime": "policy", "reason": "asked"},
    "acknowledge": {"message": LETTER}, "ask-proof": {"message": LETTER}, "unverifiable": {**WHY, "reason": "no_match"},
    "deny": {**WHY, "reason": "no_right", "basis": "Section 4"}, "extend": {"reason": "complex", "message": LETTER},
    "fulfil": {"policy_version": "1"}, "fulfil-partly": {**WHY, "reason": "others", "basis": "Section 4"},
    "uphold": WHY, "reverse": WHY, "withdraw": {"reason": "asker_asked"}, "confirm": {"message": LETTER},
}  # fmt: skip

_requests, _tickets, _links = table(PrivacyRequestRow), table(TicketRow), table(TicketLink)


class RequestMachine(RuleBasedStateMachine):
    """Its fields are the model; the platform behind `clients` must agree after each step."""

    platform: Platform
    clients: Mapping[str, httpx.Client]

    @initialize(kind=st.sampled_from(KINDS), late=st.booleans(), about_privacy=st.booleans())
    def begin(self, kind: str, late: bool, about_privacy: bool) -> None:
        self.about_privacy = about_privacy and kind == "concern"
        received = self.platform.clock() - timedelta(days=50 if late else 1)
        self.request = add_request(self.platform, kind, received=received, about_privacy=self.about_privacy)
        self.person = f"U-{row_of(self.platform, UserRow, add_person(self.platform)).number}"
        self.kind, self.late, self.state, self.version = kind, late, "received", 1
        self.holder: str | None = None
        self.decider: str | None = None
        self.known = self.verified = self.replied = self.extended = self.appealed = self.made = False
        self.cases: list[str] = []

    # What the model expects

    def lacks_role(self, name: str, action: str) -> bool:
        if name.startswith("privacy"):
            return False
        if name == "auditor":
            return True
        return action not in FROM_ANYBODY and (name == "support" or action not in (*MANAGERS, *SECOND))

    def is_hidden(self, name: str) -> bool:
        return self.about_privacy and name.startswith("privacy")

    def is_refused(self, name: str, action: str) -> bool:
        """Whatever the claim and the state are."""
        if action in SECOND:
            return self.decider == name
        return name == "manager" and action in MANAGERS and not self.about_privacy

    def lacks_claim(self, name: str, action: str) -> bool:
        if action == "claim":
            return self.holder not in (None, name)
        if action == "amend" and self.state not in OPEN:  # nobody's: but all of its letters are on their way
            return False
        return action not in (*FROM_ANYBODY, *SECOND) and self.holder != name

    def is_hindered(self, action: str) -> bool:
        if self.state not in FROM[action] or self.kind not in ONLY_OF.get(action, KINDS):
            return True
        checks = {
            "identify": self.verified, "ask-proof": self.verified, "unverifiable": self.verified,
            "begin": self.kind in PROVEN and not self.verified, "extend": self.late or self.extended or self.appealed,
            "fulfil": not (self.replied if self.kind == "concern" else self.made),
            "withdraw": self.kind == "concern" and not self.replied,
            "amend": self.kind == "access" and self.made and self.state == "in_progress",  # its link opens
        }  # fmt: skip
        return checks.get(action, False)

    def is_offered(self, name: str, action: str) -> bool:
        """A concern's reply can come with the letter that fulfils it."""
        unanswered = action == "fulfil" and self.kind == "concern" and self.state == "in_progress"
        hindered = self.is_hindered(action) and not unanswered
        return not (self.is_refused(name, action) or self.lacks_claim(name, action) or hindered)

    def expected(self, name: str, action: str, stale: bool) -> int:
        if self.lacks_role(name, action):
            return 403
        if self.is_hidden(name):
            return 404
        if self.is_refused(name, action):
            return 403
        if stale and action not in UNVERSIONED:
            return 412
        if self.lacks_claim(name, action):
            return 403
        return 409 if self.is_hindered(action) else 200

    def done(self, name: str, action: str) -> None:
        self.version += 1
        self.state = TO.get(action, self.state)
        self.replied = (self.replied or action in ANSWERING) and action != "reverse"
        self.extended |= action == "extend"
        self.appealed |= action == "appeal"
        self.known |= action == "identify"
        self.made &= action != "amend" or self.kind != "access"
        if action == "identify" and self.kind == "opt_out":
            self.state = "effective"
        if action in ("claim", "appeal") and "open" not in self.cases:
            self.cases.append("open")
        if action in ENDING:
            self.cases = ["solved" for _ in self.cases]
        if action in DECIDING:
            self.decider = name
        if action in ("claim", "release", "appeal", *ENDING):
            self.holder = name if action == "claim" else None

    # Steps

    @rule(name=st.sampled_from(NAMES), action=st.sampled_from(list(FROM)), stale=st.sampled_from([False, False, True]))
    def act(self, name: str, action: str, stale: bool) -> None:
        version = self.version + (1 if stale else 0)
        wanted = self.expected(name, action, stale)
        answer = post(
            self.clients[name], f"/v1/privacy-requests/{self.request}/{action}", self.body_of(action), version=version
        )
        assert answer.status_code == wanted, (name, action, self.kind, self.state, self.holder, answer.text)
        if wanted == 200:
            self.done(name, action)

    def body_of(self, action: str) -> Mapping[str, Any]:
        if action == "identify":
            return {"person": self.person}
        if action == "appeal":
            return {"reason": "disagrees", "channel": "email", "received": self.platform.clock().isoformat()}
        if action == "amend":
            return {"reason": "typo", "asker": f"Maria {self.version}"}
        return BODIES.get(action, {})

    @precondition(lambda self: not self.known and self.state in PROVABLE and not self.verified)
    @rule(name=st.sampled_from(["privacy", "privacy2"]))
    def is_found(self, name: str) -> None:
        self.claim_and(name, "identify")

    @rule(name=st.sampled_from(["manager", "privacy", "privacy2"]), action=st.sampled_from(list(FROM)))
    def claim_and(self, name: str, action: str) -> None:
        """The way most go, so that the series comes far."""
        self.act(name, "claim", False)
        self.act(name, action, False)

    @precondition(lambda self: self.kind in PROVEN and self.known and self.state in PROVABLE and not self.verified)
    @rule()
    def proof_comes(self) -> None:
        self.put(state="verified", verified=self.platform.clock(), verified_by="points", points=3)
        self.state, self.verified = "verified", True

    @precondition(lambda self: self.kind in ("access", "correct") and self.state == "in_progress" and not self.made)
    @rule()
    def what_is_asked_for_is_made(self) -> None:
        now, by = self.platform.clock(), row_of(self.platform, PrivacyRequestRow, self.request).created_by
        with self.platform.database.writing() as session:
            if self.kind == "access":
                session.add(
                    PrivacyPackageRow(
                        request=self.request, state="released", built=now, released=now, expires=now + DAYS
                    )
                )
            else:
                session.add(
                    ProposalRow(
                        id=new_id(), request=self.request, person=self.request, field="city", state="applied", at=now, by=by,
                    )
                )  # fmt: skip
        self.made = True

    @precondition(lambda self: self.state in DECLINED)
    @rule(name=st.sampled_from(["manager", "privacy", "privacy2"]), action=st.sampled_from(SECOND))
    def goes_on(self, name: str, action: str) -> None:
        self.act("support", "appeal", False)
        self.act(name, action, False)

    @precondition(lambda self: self.holder is not None)
    @rule()
    def lease_lapses(self) -> None:
        past = {"lease_until": self.platform.clock() - timedelta(seconds=1)}
        with self.platform.database.writing() as session:
            held = _tickets.c.lease_until.is_not(None)
            session.connection().execute(_tickets.update().where(held).values(**past))
        self.holder = None

    @precondition(lambda self: bool(self.cases))
    @rule(action=st.sampled_from(["solved", "reopen", "unlink"]))
    def case_by_hand(self, action: str) -> None:
        """Nobody ends, takes up or unlinks a case but by its request."""
        case = self.tickets()[-1]
        body = {"resource": "users", "id": self.person} if action == "unlink" else {}
        for name in ("support", "manager", self.holder or "privacy"):
            refused = post(self.clients[name], f"/v1/tickets/{case.id}/{action}", body, version=case.version)
            assert refused.status_code in (403, 404, 409), refused.text

    def put(self, **columns: Any) -> None:
        """As another part of the platform would leave it."""
        with self.platform.database.writing() as session:
            mine = _requests.c.id == self.request
            session.connection().execute(_requests.update().where(mine).values(**columns))

    def tickets(self) -> list[Any]:
        """The request's cases, oldest first."""
        linked = select(_links.c.ticket).where(_links.c.record == self.request)
        with self.platform.database.reading() as connection:
            found = select(_tickets).where(_tickets.c.id.in_(linked)).order_by(_tickets.c.number)
            return list(connection.execute(found))

    # What always holds

    @invariant()
    def the_platform_agrees(self) -> None:
        if not hasattr(self, "request"):
            return
        for name in ("support", "manager", "privacy"):
            answer = self.clients[name].get(f"/v1/privacy-requests/{self.request}")
            assert answer.status_code == (404 if self.is_hidden(name) else 200)
            if answer.status_code == 200:
                self.agrees(name, answer.json())
        assert [ticket.state for ticket in self.tickets()] == self.cases

    def agrees(self, name: str, body: dict[str, Any]) -> None:
        assert (body["state"], body["version"]) == (self.state, self.version)
        assert body["yours"] == (self.holder == name) and (body["assignee"] is None) == (self.holder is None)
        assert (body["person"] is not None, body["replied"] is not None) == (self.known, self.replied)
        ended = self.state not in OPEN
        assert (body["next_due"] is None, body["decided"] is not None) == (ended, ended or self.state == "appealed")
        assert not (ended and body["overdue"]) and not (body["overdue"] and not self.late)
        assert ("words" in body) == (self.holder == name)
        offered = {action["name"]: action["allowed"] for action in body["actions"] if action["name"] in FROM}
        assert offered == {a: self.is_offered(name, a) for a in FROM if not self.lacks_role(name, a)}
        self.has_one_next_step(name, body)

    def has_one_next_step(self, name: str, body: dict[str, Any]) -> None:
        """None when it has ended; and whoever has it can take it, unless it is another's to take."""
        following = [step for step in body["steps"] if step["state"] == "next"]
        assert len(following) == (0 if self.state not in OPEN else 1), body["steps"]
        if self.holder == name and following and (self.state != "appealed" or self.decider != name):
            allowed = {action["name"]: action for action in body["actions"]}
            assert allowed[following[0]["action"]]["allowed"], (body["kind"], body["state"], following)


def test_any_series_of_actions(api: Api, platform: Platform) -> None:
    here = {"platform": platform, "clients": {name: api.sign_in(name) for name in NAMES}}
    run_state_machine_as_test(
        type("HereMachine", (RequestMachine,), here),
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
