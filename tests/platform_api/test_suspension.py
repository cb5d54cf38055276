"""Suspending a pro: what it will do is told first, and every order that waits for its service is in trouble in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from console.platform_api import jobs, suspension_job
from console.platform_api.ids import new_id
from console.platform_api.platform import Platform
from console.platform_api.suspension import JOB
from console.platform_api.tables import EmployeeRow, OrderRow, ProApplicationRow, TicketRow, UserRow, table
from console.platform_api.transaction import Transaction, own_work
from tests.platform_api.api import Api, employee_id
from tests.platform_api.orders_made import add_order, add_pair, add_payout, events_of, row_of
from tests.platform_api.people import key, log_of, post
from tests.platform_api.worked import Clock, jobs_left, worker

REASON = {"reason": "terms", "text": "Three reports in a week"}


@pytest.fixture
def pro(platform: Platform) -> str:
    return add_pair(platform)[1]


def number_of(platform: Platform, user: str) -> str:
    return f"U-{row_of(platform, UserRow, user).number}"


def add_orders(platform: Platform, pro: str, *states: str, **more: Any) -> list[str]:
    parent = add_pair(platform)[0]
    return [add_order(platform, parent, pro, state=state, **more) for state in states]


def add_application(platform: Platform, person: str, state: str) -> None:
    now = platform.clock()
    with platform.database.writing() as session:
        session.add(ProApplicationRow(id=new_id(), person=person, state=state, received=now, due=now))


def told(client: httpx.Client, user: str) -> Any:
    answer = client.get(f"/v1/users/{user}/suspension")
    assert answer.status_code == 200, answer.text
    return answer.json()


def suspend(api: Api, user: str, name: str = "manager", *, intent: str | None = None) -> httpx.Response:
    row = row_of(api.platform, UserRow, user)
    return post(api.sign_in(name), f"/v1/users/{user}/suspend", REASON, version=row.version, intent=intent)


def reinstate(api: Api, user: str) -> httpx.Response:
    row = row_of(api.platform, UserRow, user)
    return post(api.sign_in("manager"), f"/v1/users/{user}/reinstate", {"reason": "mistake"}, version=row.version)


def troubles(platform: Platform, orders: list[str]) -> list[str | None]:
    return [row_of(platform, OrderRow, order).trouble_reason for order in orders]


# What it will do


def test_the_effect_is_told_by_state_and_currency(api: Api, pro: str) -> None:
    soon = api.platform.clock().replace(microsecond=0) + timedelta(hours=5)
    add_orders(api.platform, pro, "confirmed", "confirmed", "placed", "in_service", "completed", "cancelled")
    add_orders(api.platform, pro, "confirmed", currency="EUR", amount=700, starts=soon)
    for state in ("approved", "declined"):
        add_application(api.platform, pro, state)
    body = told(api.sign_in("manager"), pro)
    assert body["orders"] == [
        {"state": "placed", "count": 1, "amounts": {"USD": 10_000}},
        {"state": "confirmed", "count": 3, "amounts": {"EUR": 700, "USD": 20_000}},
        {"state": "in_service", "count": 1, "amounts": {"USD": 10_000}},
    ]
    assert (datetime.fromisoformat(body["next"]), body["applications"]) == (soon, 1)


def test_payouts_that_have_not_gone_are_told(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    [order] = add_orders(sqlite_api.platform, pro, "closed")
    for state in ("scheduled", "held", "paid", "failed"):
        add_payout(sqlite_api.platform, order, amount=1_000, state=state)
    assert told(sqlite_api.sign_in("manager"), pro)["payouts"] == {"count": 2, "amounts": {"USD": 2_000}}


def test_of_others_orders_nothing_is_told(api: Api, pro: str) -> None:
    other = add_pair(api.platform)[1]
    add_orders(api.platform, other, "confirmed")
    add_order(api.platform, parent=pro, pro=other)
    nothing: Any = {"orders": [], "next": None, "applications": 0, "payouts": {"count": 0, "amounts": {}}}
    assert told(api.sign_in("manager"), pro) == nothing


def test_the_question_stands_on_the_log_as_no_suspension(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    told(sqlite_api.sign_in("manager"), pro)
    assert [row.outcome for row in log_of(sqlite_api.platform, f"users:{JOB}")] == ["done"]
    assert log_of(sqlite_api.platform, "users:suspend") == []
    timeline = sqlite_api.sign_in("support").get(f"/v1/users/{pro}/history").json()["items"]
    assert timeline == []


@pytest.mark.parametrize("name", ["support", "billing", "privacy", "auditor", "admin", "service"])
def test_who_may_not_suspend_may_not_ask(sqlite_api: Api, name: str) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    assert sqlite_api.sign_in(name).get(f"/v1/users/{pro}/suspension").status_code == 403


def test_nobody_asks_about_themselves(sqlite_api: Api) -> None:
    pro, employees = add_pair(sqlite_api.platform)[1], table(EmployeeRow)
    mine = employees.c.id == employee_id(sqlite_api.platform, "manager")
    with sqlite_api.platform.database.writing() as session:
        session.connection().execute(employees.update().where(mine).values(person=pro))
    assert sqlite_api.sign_in("manager").get(f"/v1/users/{pro}/suspension").status_code == 403


@pytest.mark.parametrize("named", ["U-999999", "nobody", "%F0%9F%90%95", "9" * 30])
def test_a_person_who_is_none(sqlite_api: Api, named: str) -> None:
    assert sqlite_api.sign_in("manager").get(f"/v1/users/{named}/suspension").status_code == 404


# What it does


def test_what_waits_for_its_service_is_in_trouble(api: Api, pro: str) -> None:
    waiting = add_orders(api.platform, pro, "placed", "confirmed")
    others = add_orders(api.platform, pro, "in_service", "completed", "closed", "cancelled")
    others += add_orders(api.platform, add_pair(api.platform)[1], "confirmed")
    assert suspend(api, pro).json()["state"] == "suspended"
    assert troubles(api.platform, waiting) == [None, None]  # it follows, as work of its own
    worker(api.platform).run_all()
    assert troubles(api.platform, waiting) == ["pro_suspended"] * 2
    assert troubles(api.platform, others) == [None] * 5
    assert jobs_left(api.platform) == []


def test_each_has_its_case_its_entry_and_its_row_on_the_log(api: Api, pro: str) -> None:
    [order] = add_orders(api.platform, pro, "confirmed")
    suspend(api, pro)
    worker(api.platform).run_all()
    row = row_of(api.platform, OrderRow, order)
    case = row_of(api.platform, TicketRow, row.trouble_ticket)
    assert (case.about, case.state, case.assignee, row.version) == ("order", "open", None, 2)
    assert [(event.kind, event.reason, event.role) for event in events_of(api.platform, order)] == [
        ("trouble", "pro_suspended", None)
    ]
    [entry] = log_of(api.platform, "orders:trouble")
    assert (entry.actor, entry.record, entry.reason) == (None, order, "pro_suspended")


def test_what_is_in_trouble_already_keeps_its_case(api: Api, pro: str) -> None:
    [order] = add_orders(api.platform, pro, "confirmed")
    post(api.sign_in("support"), f"/v1/orders/{order}/trouble", {"reason": "incident"}, version=1)
    before = row_of(api.platform, OrderRow, order)
    suspend(api, pro)
    worker(api.platform).run_all()
    assert row_of(api.platform, OrderRow, order) == before


def test_nobody_is_bothered_for_who_has_nothing_booked(api: Api, pro: str) -> None:
    add_orders(api.platform, pro, "completed")
    suspend(api, pro)
    assert jobs_left(api.platform) == []


def test_the_same_intent_asks_for_the_work_once(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    orders, intent = add_orders(sqlite_api.platform, pro, "confirmed"), key()
    row = row_of(sqlite_api.platform, UserRow, pro)
    for _ in range(2):
        answer = post(
            sqlite_api.sign_in("manager"), f"/v1/users/{pro}/suspend", REASON, version=row.version, intent=intent
        )
        assert answer.status_code == 200
    assert len(jobs_left(sqlite_api.platform)) == 1
    worker(sqlite_api.platform).run_all()
    assert len(events_of(sqlite_api.platform, orders[0])) == 1


def test_a_suspension_that_is_refused_asks_for_no_work(sqlite_api: Api) -> None:
    pro = add_pair(sqlite_api.platform)[1]
    add_orders(sqlite_api.platform, pro, "confirmed")
    client = sqlite_api.sign_in("manager")
    assert post(client, f"/v1/users/{pro}/suspend", REASON, version=7).status_code == 412
    assert post(client, f"/v1/users/{pro}/suspend", {"reason": "because"}, version=1).status_code == 422
    assert post(client, f"/v1/users/{pro}/suspend", REASON).status_code == 428
    assert suspend(sqlite_api, pro, "support").status_code == 403
    assert jobs_left(sqlite_api.platform) == []


def test_who_is_reinstated_before_the_work_begins_has_no_trouble(api: Api, pro: str) -> None:
    orders = add_orders(api.platform, pro, "confirmed")
    suspend(api, pro)
    assert reinstate(api, pro).json()["state"] == "active"
    worker(api.platform).run_all()
    assert (troubles(api.platform, orders), jobs_left(api.platform)) == ([None], [])


def test_reinstating_leaves_the_orders_as_they_are_and_suspending_again_is_work_again(api: Api, pro: str) -> None:
    first = add_orders(api.platform, pro, "confirmed")
    suspend(api, pro)
    worker(api.platform).run_all()
    reinstate(api, pro)
    assert troubles(api.platform, first) == ["pro_suspended"]
    second = add_orders(api.platform, pro, "placed")
    suspend(api, pro)
    worker(api.platform).run_all()
    assert troubles(api.platform, first + second) == ["pro_suspended"] * 2


# Faults


class Killed(BaseException):
    """As if the process had gone: nothing of the worker's catches it."""


def killed_at(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, call: int, *, after: bool) -> None:
    """The nth call of that name ends the worker, before or after it did what it does."""
    real: Callable[..., Any] = getattr(place, name)
    calls = iter(range(1_000))

    def die(*given: Any, **named: Any) -> Any:
        at = next(calls)
        if at == call and not after:
            raise Killed
        done = real(*given, **named)
        if at == call:
            raise Killed
        return done

    monkeypatch.setattr(place, name, die)


def standing(platform: Platform, orders: list[str]) -> tuple[list[str | None], Counter[str], int]:
    """Reasons, entries and cases: what must be the same however it went."""
    tickets = table(TicketRow)
    with platform.database.reading() as connection:
        cases = len(connection.execute(select(tickets.c.id).where(tickets.c.about == "order")).all())
    kinds = Counter(event.kind for order in orders for event in events_of(platform, order))
    return troubles(platform, orders), kinds, cases


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("name", "call"),
    [("raise_trouble", 0), ("raise_trouble", 4), ("_next", 2), ("_some", 1), ("_some", 3)],
)
def test_killed_at_any_step_it_ends_the_same(
    platform: Platform, api: Api, monkeypatch: pytest.MonkeyPatch, name: str, call: int, *, after: bool
) -> None:
    clock, pro = Clock(platform), add_pair(platform)[1]
    orders = add_orders(platform, pro, *["confirmed"] * 5)
    suspend(api, pro)
    monkeypatch.setattr(suspension_job, "AT_ONCE", 2)
    with monkeypatch.context() as patch:
        killed_at(patch, suspension_job, name, call, after=after)
        with pytest.raises(Killed):
            worker(platform).run_all()
    clock.forward(minutes=3)
    worker(platform).run_all()
    assert standing(platform, orders) == (["pro_suspended"] * 5, Counter(trouble=5), 5)
    assert len(log_of(platform, "orders:trouble")) == 5
    assert jobs_left(platform) == []


def test_a_worker_whose_lease_lapsed_commits_nothing_over_the_next_one(
    platform: Platform, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, pro = Clock(platform), add_pair(platform)[1]
    orders = add_orders(platform, pro, *["confirmed"] * 4)
    suspend(api, pro)
    monkeypatch.setattr(suspension_job, "AT_ONCE", 2)
    slow = worker(platform)
    slow.kinds = {JOB: _overtaken_between_two_steps(platform, clock)}
    slow.run_all()
    assert standing(platform, orders) == (["pro_suspended"] * 4, Counter(trouble=4), 4)
    assert len(log_of(platform, "orders:trouble")) == 4


def _overtaken_between_two_steps(platform: Platform, clock: Clock) -> Callable[..., None]:
    """Does some, sleeps through its lease while another worker does the rest, and goes on as if nothing had been."""

    def run(desk: Any, job: Any) -> None:
        left = suspension_job._some(desk, job)
        assert left is not None
        clock.forward(minutes=3)
        worker(platform).run_all()
        with pytest.raises(jobs.LeaseLost):
            suspension_job._some(desk, left)

    return run


def test_what_can_t_be_done_is_put_back_and_said_aloud(
    platform: Platform, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, pro = Clock(platform), add_pair(platform)[1]
    orders = add_orders(platform, pro, "confirmed")
    suspend(api, pro)
    with monkeypatch.context() as patch:
        patch.setattr(suspension_job, "raise_trouble", _fails)
        for _ in range(jobs.LOUD_AFTER + 1):
            worker(platform).run_all()
            clock.forward(hours=2)
    [row] = log_of(platform, "users:stuck")
    assert (row.record, row.subject) == (None, platform.vault.pseudonyms([pro])[pro])
    worker(platform).run_all()
    assert troubles(platform, orders) == ["pro_suspended"]


def _fails(*_: Any) -> str:
    raise RuntimeError("quotes a value")


def test_an_order_that_goes_on_meanwhile_is_left_alone(platform: Platform, api: Api, pro: str) -> None:
    orders, found = add_orders(platform, pro, "confirmed", "confirmed"), table(OrderRow)
    suspend(api, pro)
    with platform.database.writing() as session:
        session.connection().execute(found.update().where(found.c.id == orders[0]).values(state="in_service"))
    worker(platform).run_all()
    assert troubles(platform, orders) == [None, "pro_suspended"]


def test_an_erased_pro_s_job_ends(platform: Platform) -> None:
    with own_work(platform) as work:
        _ask_for(work, new_id())
    worker(platform).run_all()
    assert jobs_left(platform) == []


def _ask_for(work: Transaction, user: str) -> None:
    jobs.enqueue(work, JOB, f"{JOB}:{user}:1", {"user": user})
