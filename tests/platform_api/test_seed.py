"""Sample data: the same each time, on both databases, of the size that was asked for, and nowhere in clear."""

from __future__ import annotations

import contextlib
import io
import shutil
import stat
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlmodel import SQLModel

from console.platform_api import blind, cli
from console.platform_api.audit_log import audit
from console.platform_api.documents import load
from console.platform_api.migrate import migrate
from console.platform_api.passwords import matches
from console.platform_api.platform import Platform, open_platform
from console.platform_api.seed import seed
from console.platform_api.seed_application_rows import COLUMNS as APPLICATION_TABLES
from console.platform_api.seed_employees import PEOPLE
from console.platform_api.seed_filling import SeedError
from console.platform_api.seed_names import HOSTILE
from console.platform_api.seed_order_rows import COLUMNS as ORDER_TABLES
from console.platform_api.seed_people import UNTIL_DEFAULT, Person, sample_person
from console.platform_api.tables import (
    AwardRow,
    ContestEntryRow,
    ContestRow,
    DisclosureRow,
    EmployeeRole,
    EmployeeRow,
    ErasurePlanRow,
    NamedInRequest,
    PolicyVersionRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    ReconciliationRow,
    ReportLineRow,
    TicketLink,
    TicketMessage,
    TicketRow,
    UserRow,
    table,
)
from console.records.employees import ALONE
from console.records.tickets import CHANNELS, TicketState
from console.records.users import Source, UserState
from tests.postgresql import Server

users, tickets, links, messages = table(UserRow), table(TicketRow), table(TicketLink), table(TicketMessage)
employees, roles = table(EmployeeRow), table(EmployeeRole)
OF_PRIVACY: list[type[SQLModel]] = [
    PrivacyRequestRow, NamedInRequest, PrivacyPackageRow, ErasurePlanRow, ProposalRow, PolicyVersionRow,
]  # fmt: skip
MORE: list[type[SQLModel]] = [
    *ORDER_TABLES, ReconciliationRow, ReportLineRow, DisclosureRow, *APPLICATION_TABLES, *OF_PRIVACY,
    ContestRow, ContestEntryRow, AwardRow,
]  # fmt: skip
more = [table(model) for model in MORE]
OWNERS = {
    "orders": "parent", "order_events": "owner", "payments": "payer", "refunds": "payer", "payouts": "pro", "payout_changes": "pro",
    "pro_applications": "person", "application_documents": "person", "proposals": "person",
    "awards": "entry",
}  # fmt: skip
"""Table → the column that says whose key seals its rows; in the others it is `owner`, or the row itself."""

NAMES = {
    "pro_applications": "pro-applications", "application_documents": "application-documents", "privacy_requests": "privacy-requests",
    "contest_entries": "contest-entries",
}  # fmt: skip
"""Table → what its values are sealed as, where that differs."""

CATEGORIES = ("identity", "contact", "locality", "address", "demographic", "google")
PASSWORD = "correct horse battery"
SHARE_A_SAMPLE = pytest.mark.xdist_group("sample data")
"""Making `sample` and reading all of it takes seconds: who asks for it does so on one worker."""

KEYS_AND_LEASES = {
    *(f"sealed_{kind}" for kind in (*CATEGORIES, "thread", "service", "instrument", "profile", "document", "content", "change", "key")),
    *("sealed_seed", "sealed_entry_contact"),
    "sealed_note",
    "subject", "lease_until", "password_hash",
    "area_token", "asker_token", "taker",
}  # fmt: skip


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETWORKS_SEED_PASSWORD", PASSWORD)


@contextlib.contextmanager
def seeded(data: Path, url: str | None = None, *, users: int = 400, number: int = 1, **more: Any) -> Iterator[Platform]:
    migrate(data, url)
    seed(data, url, users=users, seed=number, employees=True, report=lambda line: None, **more)
    platform = open_platform(data, url)
    try:
        yield platform
    finally:
        platform.close()


@contextlib.contextmanager
def copied(sample: Path, folder: Path) -> Iterator[Platform]:
    """A platform of the test's own with the same data."""
    platform = open_platform(Path(shutil.copytree(sample, folder / "data")), None)
    try:
        yield platform
    finally:
        platform.close()


def everything(platform: Platform, *models: Table) -> dict[str, Any]:
    """All that doesn't hang on keys, and every sealed value opened; of all tables unless some are named."""
    found: dict[str, Any] = {}
    with platform.database.reading() as connection:
        for model in models or (users, tickets, links, messages, employees, *more):
            rows = connection.execute(select(model).order_by(*model.primary_key)).mappings().all()
            found[model.name] = [{n: v for n, v in row.items() if n not in KEYS_AND_LEASES} for row in rows]
            found[f"{model.name} values"] = [_opened(platform, model.name, row) for row in rows]
    return found


def plain_rows(platform: Platform) -> dict[str, Any]:
    """What doesn't hang on keys, as SQLite holds it: a tenth of the time for tens of thousands of rows."""
    found: dict[str, Any] = {}
    with platform.database.reading() as connection:
        for model in (tickets, links, messages, *more):
            listed = ", ".join(column.name for column in model.columns if column.name not in KEYS_AND_LEASES)
            key = ", ".join(column.name for column in model.primary_key)
            found[model.name] = connection.exec_driver_sql(f"SELECT {listed} FROM {model.name} ORDER BY {key}").all()
    return found


def _opened(platform: Platform, resource: str, row: Any) -> dict[str, Any]:
    if resource in (
        "report_lines",
        "document_contents",
        "contests",
    ):  # bound to the line, not to an id; a file, and a seed, not a document
        return {}
    owner = row[OWNERS[resource]] if resource in OWNERS else row.get("owner") or row.get("id")
    key = platform.vault.keys_of([owner]).get(owner) if owner else None
    sealed = {name: value for name, value in row.items() if name.startswith("sealed_") and value is not None}
    assert key is not None or not sealed
    return (
        {
            name: load(key.open(NAMES.get(resource, resource), row["id"], name[7:], bytes(v)))
            for name, v in sealed.items()
        }
        if key
        else {}
    )


def people(count: int = 4_000) -> list[Person]:
    random = Random("people")
    until = datetime.fromisoformat(UNTIL_DEFAULT)
    return [sample_person(random, number, count, until) for number in range(1, count + 1)]


# The same each time


def test_the_same_each_time_and_on_both_databases(tmp_path: Path, postgresql_url: str):
    with seeded(tmp_path / "one") as platform:
        first = everything(platform)
    with seeded(tmp_path / "two", postgresql_url) as platform:
        assert everything(platform) == first
    with seeded(tmp_path / "three", number=2) as platform:
        assert everything(platform)["users values"] != first["users values"]


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.platform_api.seed_filling.ALONE", 0)
    with seeded(tmp_path / "one", users=5_200, processes=1) as platform:
        alone = plain_rows(platform), everything(platform, users)
    with seeded(tmp_path / "two", users=5_200, processes=2) as platform:
        assert (plain_rows(platform), everything(platform, users)) == alone


def test_keys_differ(tmp_path: Path):
    with seeded(tmp_path / "one", users=5) as one, seeded(tmp_path / "two", users=5) as two:
        with one.database.reading() as connection:
            ids = list(connection.scalars(select(users.c.id)))
        assert not set(one.vault.pseudonyms(ids).values()) & set(two.vault.pseudonyms(ids).values())


# What is there


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str | None]:
    return tmp_path / "data", request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


def test_all_of_it_is_there_and_fits_together(place: tuple[Path, str | None]):
    with seeded(*place, users=1_000) as platform:
        found = everything(platform)
        with platform.database.reading() as connection:
            log = connection.execute(select(audit)).all()
        assert [row["number"] for row in found["users"]] == list(range(1, 1_001))
        assert sorted(row["id"] for row in found["users"]) == [row["id"] for row in found["users"]]
        assert [row["registered"] for row in found["users"]] == sorted(row["registered"] for row in found["users"])
        written = [row for row in found["tickets"] if row["about"] == "person"]
        assert [row["number"] for row in written] == list(range(1, 51))
        assert [row["opened"] for row in written] == sorted(row["opened"] for row in written)
        assert {row["state"] for row in written} == {str(state) for state in TicketState}
        assert {row["channel"] for row in written} <= set(CHANNELS)
        assert {row["id"] for row in written} <= {row["ticket"] for row in found["ticket_messages"]}
        _check_links(found, written)
        counts = f'"orders":2000,"seed":1,"tickets":{len(found["tickets"])},"users":1000'
        assert [(row.resource, row.action, row.details) for row in log if row.resource == "platform"] == [
            ("platform", "seed", f'{{"applications":{len(found["pro_applications"])},"employees":13,{counts}}}')
        ]


def _check_links(found: dict[str, Any], written: list[dict[str, Any]]) -> None:
    """A linked ticket is sealed for the person it is about, who was there before it was opened."""
    registered = {row["id"]: row["registered"] for row in found["users"]}
    ids = {row["id"] for row in written}
    by_ticket = {row["ticket"]: row["record"] for row in found["ticket_links"] if row["ticket"] in ids}
    assert 0.7 < len(by_ticket) / len(written) < 1
    for row in written:
        assert row["owner"] == by_ticket.get(row["id"], row["id"])
        assert row["owner"] == row["id"] or registered[row["owner"]] < row["opened"]


def test_everyone_is_found_by_what_they_gave(place: tuple[Path, str | None]):
    with seeded(*place, users=300) as platform:
        found = everything(platform)
        for row, values in zip(found["users"], found["users values"], strict=True):
            if row["state"] == UserState.ERASED:
                assert values == {}
                continue
            name, contact = values["sealed_identity"]["name"].value, values["sealed_contact"]
            tokens: list[Collection[int]] = [{blind.email_token(platform.keys, contact["email"].value)}]
            tokens += [{blind.phone_token(platform.keys, contact["phone"].value)}] if "phone" in contact else []
            tokens += [blind.sought_tokens(platform.keys, name)] if blind.words(name) else []
            assert all(row["id"] in platform.vault.find(sorted(some), before=None, limit=300) for some in tokens)
            if "sealed_google" in values:
                google = values["sealed_google"]["google_email"]
                assert google.source is Source.GOOGLE
                assert platform.vault.find([blind.email_token(platform.keys, google.value)], before=None, limit=1) == []


def test_records_made_later_get_the_next_numbers(place: tuple[Path, str | None]):
    with seeded(*place, users=10) as platform, platform.database.writing() as session:
        new = UserRow(id="019ae000-0000-7000-8000-000000000000", registered=platform.clock())
        session.add(new)
        session.flush()
        assert new.number == 11


def test_two_employees_of_every_role_can_sign_in(tmp_path: Path):
    with seeded(tmp_path / "data", users=20) as platform, platform.database.reading() as connection:
        rows = connection.execute(
            select(employees.c.id, employees.c.email, employees.c.password_hash, employees.c.person)
        ).all()
        granted = dict(connection.execute(select(roles.c.employee, roles.c.role)).all())
        customer = connection.execute(select(users.c.number).where(users.c.id == rows[0].person)).scalar()
        assert set(platform.vault.keys_of([row.id for row in rows])) == {row.id for row in rows}
    assert {row.email.partition("@")[0]: granted[row.id] for row in rows} == {
        name: str(role) for name, (_, role) in PEOPLE.items()
    }
    assert all(row.email.endswith("@petworks.example") for row in rows)
    assert matches(rows[5].password_hash, PASSWORD)
    assert not matches(rows[5].password_hash, PASSWORD + "!")
    assert [bool(row.person) for row in rows].count(True) == 1
    assert customer == 12
    assert len(ALONE) == 3


@SHARE_A_SAMPLE
def test_claims_hold_now(sample: Path, tmp_path: Path):
    with copied(sample, tmp_path) as platform, platform.database.reading() as connection:
        rows = connection.execute(select(tickets).where(tickets.c.state.in_(("open", "pending")))).all()
        held = [row for row in rows if row.lease_until is not None and row.lease_until > platform.clock()]
        assert 0 < len(held) < len(rows) / 2
        assert all(row.assignee for row in held)
        assert all(row.lease_until <= platform.clock() + timedelta(minutes=30) for row in held)


def test_without_employees_nothing_is_claimed_or_answered(tmp_path: Path):
    migrate(tmp_path)
    assert seed(tmp_path, users=50, report=lambda line: None).orders == 100
    platform = open_platform(tmp_path)
    with platform.database.reading() as connection:
        assert connection.execute(select(func.count()).where(tickets.c.about == "person")).scalar() == 40
        assert set(connection.scalars(select(tickets.c.assignee))) == {None}
        assert set(connection.scalars(select(messages.c.kind))) == {"in"}
        for empty in ("employees", "refunds"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {empty}").scalar() == 0
    platform.close()


def test_people_are_as_various_as_real_ones():
    found = people()
    assert len({person.email for person in found}) == len(found)
    share = {
        "pro": sum(person.pro for person in found),
        "opted out": sum(person.opted_out_at is not None for person in found),
        "active": sum(person.state == UserState.ACTIVE for person in found),
        "google": sum(person.google_email is not None for person in found),
        "hostile": sum(person.name in HOSTILE for person in found),
    }
    parts = {name: count / len(found) for name, count in share.items()}
    assert 0.05 < parts["pro"] < 0.11
    assert 0.09 < parts["opted out"] < 0.15
    assert 0.9 < parts["active"] < 1
    assert 0.05 < parts["google"] < 0.15
    assert 0.001 < parts["hostile"] < 0.01
    for script in ("é", "王", "子", "김", "ов", "محمد", "כהן", "ου", "शर्मा"):
        assert any(script in person.name for person in found), script


def test_phones_in_e164_are_what_the_platform_makes_of_them():
    assert {person.phone_normal for person in people() if person.phone is None} == {""}
    assert [p.phone for p in people(1_500) if p.phone and blind.normal_phone(p.phone) != p.phone_normal] == []


# Nothing in clear


def test_no_value_stands_in_any_file(tmp_path: Path):
    """While the platform is open, so that the write-ahead logs are there too."""
    with seeded(tmp_path / "data", users=300) as platform:
        with platform.database.writing() as session:
            session.connection().exec_driver_sql("UPDATE users SET version = version + 1")
        values = _personal(everything(platform))
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert {"petworks.sqlite", "petworks.sqlite-wal", "vault.sqlite", "keys.json"} <= {path.name for path in files}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files if path.name != "audit.pub"} == {0o600}
        content = b"\n".join(path.read_bytes() for path in files)
    assert len(values) > 1_000
    assert [value for value in values if value.encode() in content] == []


def test_no_value_stands_in_postgresql(tmp_path: Path, postgresql: Server, postgresql_url: str):
    with seeded(tmp_path / "data", postgresql_url, users=150) as platform:
        values = _personal(everything(platform))
        content = io.BytesIO()
        for database in (platform.database, platform.vault.database):
            with database.engine.connect() as connection:
                driver: Any = connection.connection.dbapi_connection
                names = [
                    row[0] for row in driver.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                ]
                for name in {*names} - {"employees"}:
                    with driver.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT") as copy:
                        content.writelines(bytes(part) for part in copy)
    assert b"platform" in content.getvalue()
    assert [value for value in values if value.encode() in content.getvalue()] == []


def _personal(found: dict[str, Any]) -> set[str]:
    """Every value that is long enough not to be there by chance."""
    documents = [
        document for name in found if name.endswith("values") for row in found[name] for document in row.values()
    ]
    return {value.value for document in documents for value in document.values() if len(value.value.encode()) >= 8}


# Refusals


def test_a_filled_database_is_left_alone(tmp_path: Path):
    with seeded(tmp_path, users=5) as platform:
        before = everything(platform)
        with pytest.raises(SeedError, match="already holds users"):
            seed(tmp_path, users=5, report=lambda line: None)
        with pytest.raises(SeedError, match="already holds employees"):
            seed(tmp_path, users=0, employees=True, report=lambda line: None)
        assert everything(platform) == before


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa"])
def test_employees_need_a_good_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str):
    monkeypatch.setenv("PETWORKS_SEED_PASSWORD", password)
    migrate(tmp_path)
    with pytest.raises(SeedError, match="PETWORKS_SEED_PASSWORD"):
        seed(tmp_path, users=5, employees=True, report=lambda line: None)
    with contextlib.closing(open_platform(tmp_path)) as platform, platform.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(users)).scalar() == 0


def test_the_command_makes_all_on_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    arguments = ["seed", "--data", str(tmp_path / "data"), "--users", "30", "--employees"]
    assert cli.main(arguments) == 0
    said = capsys.readouterr()
    assert "30 users, 60 orders, " in said.err
    assert " applications, 13 employees in " in said.err
    assert PASSWORD not in said.err + said.out
    assert cli.main(arguments) == 1
    assert "already holds users" in capsys.readouterr().err


@pytest.mark.parametrize("users", ["-1", "1.5", "many", "100000001"])
def test_an_impossible_number_is_a_usage_error(tmp_path: Path, users: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as caught:
        cli.main(["seed", "--data", str(tmp_path), "--users", users])
    assert caught.value.code == 2
