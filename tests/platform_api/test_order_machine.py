"""An order under any series of actions, by any role, with any version, while the marketplace moves it on: against a model of ten lines."""

from __future__ import annotations

from collections.abc import Mapping
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

from console.platform_api.platform import Platform
from console.platform_api.tables import TicketRow, table
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order, add_pair, claim
from tests.platform_api.people import post

ROLES = ("support", "billing", "manager", "privacy", "auditor")
HANDLING = ("support", "billing", "manager")
COURSE = ("placed", "confirmed", "in_service", "completed", "closed")
BODIES: dict[str, dict[str, str]] = {
    "note": {"body": "a note"}, "trouble": {"reason": "incident"}, "resolve": {"text": "well again"}, "cancel": {"reason": "mistake"},
}  # fmt: skip


class OrderMachine(RuleBasedStateMachine):
    """`state`, `trouble`, `version`, `kinds` and `cases` are the model; the platform behind `clients` must agree after each step."""

    platform: Platform
    clients: Mapping[str, httpx.Client]
    people: tuple[str, str]

    @initialize(state=st.sampled_from([*COURSE, "cancelled"]))
    def begin(self, state: str) -> None:
        self.order = add_order(self.platform, *self.people, state=state)
        self.state, self.trouble, self.version = state, False, 1
        self.kinds: list[str] = []
        self.cases: list[str] = []
        self.raised = False

    # What the model expects

    def refused(self, role: str, action: str) -> bool:
        """By who asks, whatever else."""
        if action == "cancel":
            return role != "manager" and not (role == "support" and self.state in ("placed", "confirmed"))
        return role not in HANDLING

    def hindered(self, action: str) -> bool:
        """By how the order stands."""
        ended = self.state in ("closed", "cancelled")
        return {"trouble": self.trouble, "resolve": not self.trouble, "cancel": ended}.get(action, False)

    def expected(self, role: str, action: str, stale: bool) -> int:
        if self.refused(role, action):
            return 403
        if stale and action != "note":
            return 412
        return 409 if self.hindered(action) else 200

    def done(self, action: str) -> None:
        self.version += 1
        self.kinds.append({"resolve": "resolved", "cancel": "cancelled"}.get(action, action))
        if action == "cancel":
            self.state = "cancelled"
        if action == "trouble":
            self.trouble = True
            self.cases.append("open")
        if action == "resolve":
            self.trouble = False
            self.cases[-1] = "solved"

    # Steps

    @rule(
        role=st.sampled_from(ROLES), action=st.sampled_from(list(BODIES)), stale=st.sampled_from([False, False, True])
    )
    def act(self, role: str, action: str, stale: bool) -> None:
        version = self.version + (1 if stale else 0)
        answer = post(self.clients[role], f"/v1/orders/{self.order}/{action}", BODIES[action], version=version)
        wanted = self.expected(role, action, stale)
        assert answer.status_code == wanted, (role, action, self.state, self.trouble, answer.text)
        if wanted == 200:
            self.done(action)

    @rule(state=st.sampled_from([*COURSE, "cancelled"]))
    def move_on(self, state: str) -> None:
        answer = self.feed(state=state)
        if state == self.state:
            assert answer.status_code == 200 and answer.json()["results"][0]["outcome"] == "unchanged"
            return
        if state == "cancelled":
            possible = self.state != "closed"
        else:
            possible = self.state in COURSE and COURSE.index(state) > COURSE.index(self.state)
        assert answer.status_code == (200 if possible else 422), (self.state, state, answer.text)
        if possible:
            self.state, self.version = state, self.version + 1
            self.kinds.append(state)

    @precondition(lambda self: not self.raised)
    @rule()
    def trouble_from_outside(self) -> None:
        assert self.feed(trouble="payment").status_code == 200
        if not self.trouble:
            self.done("trouble")
            self.raised = True

    @rule(action=st.sampled_from(["solved", "reopen"]))
    def case_by_hand(self, action: str) -> None:
        """Nobody ends or takes up a case but by its order."""
        for (case, _), state in zip(self.tickets(), self.cases, strict=True):
            if state == "open":
                claim(self.platform, case, "manager")
            version = 2 if state == "solved" else 1
            answer = post(self.clients["manager"], f"/v1/tickets/{case}/{action}", version=version)
            assert answer.status_code == (409 if state == "open" or action == "reopen" else 403), answer.text

    def feed(self, **fields: Any) -> httpx.Response:
        item = {"external_id": f"order-{self.order}", **fields}
        return self.clients["service"].post("/v1/ingest/orders", json={"items": [item]})

    def tickets(self) -> list[tuple[str, str]]:
        """The order's cases, oldest first: id and state."""
        linked = self.clients["manager"].get(f"/v1/orders/{self.order}").json()["tickets"]
        found = table(TicketRow)
        with self.platform.database.reading() as connection:
            rows = connection.execute(
                select(found.c.id, found.c.state)
                .where(found.c.id.in_([ticket["id"] for ticket in linked]))
                .order_by(found.c.number)
            )
            return [(row.id, row.state) for row in rows]

    # What always holds

    @invariant()
    def the_platform_agrees(self) -> None:
        if not hasattr(self, "order"):
            return
        for role in ("support", "manager"):
            body = self.clients[role].get(f"/v1/orders/{self.order}").json()
            assert (body["state"], body["trouble"], body["version"]) == (self.state, self.trouble, self.version)
            assert (body["trouble_ticket"] is not None, body["trouble_reason"] is not None) == (
                self.trouble,
                self.trouble,
            )
            assert [event["kind"] for event in body["timeline"]] == self.kinds
            offered = {action["name"]: action["allowed"] for action in body["actions"] if action["name"] in BODIES}
            assert offered == {name: self.expected(role, name, False) == 200 for name in BODIES}
        assert [state for _, state in self.tickets()] == self.cases


def test_any_series_of_actions(api: Api, platform: Platform) -> None:
    clients = {role: api.sign_in(role) for role in (*ROLES, "service")}
    here = {"platform": platform, "clients": clients, "people": add_pair(platform)}
    run_state_machine_as_test(
        type("HereMachine", (OrderMachine,), here),
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
