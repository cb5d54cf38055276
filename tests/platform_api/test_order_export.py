"""The export of a list: exactly what the list shows, as a stream, on the log at both ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.conditions import FRESH
from console.platform_api import entity_export
from console.platform_api.tables import AuditEntry, SignIn, table
from tests.platform_api.api import Api
from tests.platform_api.orders_made import add_order, add_pair, add_payment

audit = table(AuditEntry)


def exported(client: httpx.Client, status: int = 200, **body: Any) -> httpx.Response:
    answer = client.post("/v1/orders/export", json=body)
    assert answer.status_code == status, answer.text
    return answer


def records(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def listed(client: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/orders", params={"limit": 200, **params}).json()["items"]
    return found


def log_of(api: Api) -> list[tuple[str, dict[str, Any]]]:
    with api.platform.database.reading() as connection:
        rows = connection.execute(select(audit).where(audit.c.action == "export").order_by(audit.c.seq))
        return [(row.outcome, json.loads(row.details)) for row in rows]


@pytest.fixture
def orders(api: Api) -> list[str]:
    """Seven orders, of which every other one is in trouble, with what nobody should export from them."""
    parent, pro = add_pair(api.platform)
    found = []
    for place in range(7):
        trouble: dict[str, Any] = {"trouble": True, "trouble_reason": "other"} if place % 2 else {}
        order = add_order(api.platform, parent, pro, care_notes="=cmd()|calc \x1b[2J", amount=1_000 * place, **trouble)
        add_payment(api.platform, order)
        found.append(order)
    return found


@pytest.mark.parametrize("batch", [1, 3, 7, 500])
@pytest.mark.parametrize("name", ["billing", "manager"])
def test_an_export_is_what_the_list_shows(
    api: Api, orders: list[str], monkeypatch: pytest.MonkeyPatch, batch: int, name: str
) -> None:
    monkeypatch.setattr(entity_export, "BATCH", batch)
    client = api.sign_in(name)
    answer = exported(client)
    assert records(answer) == listed(client)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.headers["Petworks-Total"] == f"{len(orders)}; exact"
    assert "calc" not in answer.text
    assert "Fairfield" not in answer.text


@pytest.mark.parametrize(
    ("filters", "sort"),
    [
        ({"trouble": "yes"}, None), ({"trouble": ["yes", "no"], "state": ["confirmed", "closed"]}, "amount"),
        ({"amount": "2000..5000"}, "-amount"),
        ({"payment_state": "refunded"}, None), ({"since": "2020-01-01", "until": "2200-01-01", "service": "walking"}, "starts"),
    ],
)  # fmt: skip
def test_filters_and_order_are_those_of_the_list(
    api: Api, orders: list[str], monkeypatch: pytest.MonkeyPatch, filters: Mapping[str, Any], sort: str | None
) -> None:
    monkeypatch.setattr(entity_export, "BATCH", 2)
    client = api.sign_in("billing")
    order: dict[str, Any] = {"sort": sort} if sort else {}
    answer = exported(client, filters=filters, **order)
    assert records(answer) == listed(client, **filters, **order)
    assert answer.headers["Petworks-Total"] == f"{len(records(answer))}; exact"


def test_who_exported_what_is_on_the_log_at_both_ends(api: Api, orders: list[str]) -> None:
    exported(api.sign_in("billing"), filters={"amount": "4242..5555", "trouble": "yes"})
    assert log_of(api) == [
        ("done", {"count": 1, "exact": True, "filters": ["amount", "trouble"]}),
        ("done", {"rows": 1, "whole": True}),
    ]


def test_a_client_that_goes_away_leaves_what_it_got_on_the_log(
    api: Api, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entity_export, "BATCH", 1)
    whole = entity_export.Rows._batch

    def endless(rows: entity_export.Rows, place: Any) -> Any:
        items, _ = whole(rows, None)
        return [{"padding": "p" * 100_000, **item} for item in items], None

    monkeypatch.setattr(entity_export.Rows, "_batch", endless)
    with api.sign_in("billing").stream("POST", "/v1/orders/export", json={}) as answer:
        next(answer.iter_lines())
    while len(log_of(api)) < 2:
        pass
    outcome, details = log_of(api)[1]
    assert outcome == "failed"
    assert details["whole"] is False
    assert details["rows"] >= 1


def test_a_fault_in_the_middle_is_no_whole_export(api: Api, orders: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_export, "BATCH", 2)
    whole = entity_export.Rows._batch

    def broken(rows: entity_export.Rows, place: Any) -> Any:
        if rows.sent >= 4:
            raise OSError("the disk")
        return whole(rows, place)

    monkeypatch.setattr(entity_export.Rows, "_batch", broken)
    with pytest.raises(httpx.RemoteProtocolError):
        api.sign_in("billing").post("/v1/orders/export", json={})
    assert log_of(api)[1] == ("failed", {"rows": 4, "whole": False})


def test_an_empty_list_is_an_empty_export(sqlite_api: Api) -> None:
    answer = exported(sqlite_api.sign_in("billing"))
    assert (answer.text, answer.headers["Petworks-Total"]) == ("", "0; exact")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"filters": {"colour": "blue"}}, 400), ({"filters": {"state": "ghost"}}, 400), ({"sort": "colour"}, 400), ({"limit": 3}, 422),
        ({"filters": {"state": []}}, 422), ({"filters": {"state": 3}}, 422), ({"filters": [["state", "closed"]]}, 422),
        ({"filters": {"sort": "amount"}}, 400), ({"filters": {"user": "U-999999"}}, 404),
    ],
)  # fmt: skip
def test_filters_that_there_are_none_of(sqlite_api: Api, body: Mapping[str, Any], status: int) -> None:
    answer = sqlite_api.sign_in("billing").post("/v1/orders/export", json=body)
    assert answer.status_code == status
    assert "ghost" not in answer.text


def test_an_export_asks_for_a_fresh_password(sqlite_api: Api) -> None:
    client = sqlite_api.sign_in("billing")
    with sqlite_api.platform.database.writing() as session:
        session.connection().execute(update(table(SignIn)).values(signed_in=sqlite_api.platform.clock() - FRESH))
    assert exported(client, 401).json()["type"] == "fresh-sign-in"


@pytest.mark.parametrize("name", ["support", "privacy", "auditor", "admin", "service"])
def test_who_may_not_export(sqlite_api: Api, name: str) -> None:
    exported(sqlite_api.sign_in(name), 403)
