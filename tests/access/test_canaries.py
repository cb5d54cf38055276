"""No personal value where it should not be: not in answers, not in files or tables, not in what the process prints (P2, P17, P21)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from console.records.employees import Role
from tests.access.canaries import (
    CONTROL,
    EVERYTHING,
    INSTRUMENTS,
    OF_DOCUMENTS,
    OF_LETTERS,
    OF_ORDERS,
    OF_PROFILES,
    OF_REFUNDS,
    OF_REQUESTS,
    OF_REVIEWS,
    OF_SURVEYS,
    OF_THREADS,
    PIECES,
    PLANTING,
    TYPED,
    VALUES,
    WHERE,
    Answered,
    Crawl,
    crawl,
    forms,
)
from tests.access.canary_contests import OF_ENTRIES, OF_PRIZES, OF_WINNERS
from tests.platform_api.api import Place
from tests.postgresql import Server

SEES_THREADS = {Role.MANAGER, Role.BILLING}
"""Roles that read the canaries' ticket whole, without a claim on it: it is about an order."""

SEES_MASKED = {Role.SUPPORT, Role.PRIVACY}


@pytest.fixture(scope="module")
def sqlite_crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    folder = tmp_path_factory.mktemp("crawl")
    return crawl(Place(folder / "data"), folder / "output")


@pytest.fixture(scope="module")
def postgresql_crawl(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder, name = tmp_path_factory.mktemp("crawl"), f"crawl_{secrets.token_hex(4)}"
    postgresql.create(name)
    yield crawl(Place(folder / "data", postgresql.url(name)), folder / "output")
    postgresql.drop(name)


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite crawl")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql crawl")),
    ]
)
def crawled(request: pytest.FixtureRequest) -> Crawl:
    """One crawl for all of these tests."""
    found: Crawl = request.getfixturevalue(f"{request.param}_crawl")
    return found


def asked(crawled: Crawl) -> list[Answered]:
    return [answer for answer in crawled.answers if answer.role != PLANTING]


def leaks(answers: list[Answered], canaries: tuple[str, ...]) -> list[tuple[str, str, int, list[str]]]:
    return [(a.role, a.request, a.status, found) for a in answers if (found := a.holds(canaries))]


def test_the_crawl_got_somewhere(crawled: Crawl) -> None:
    """What follows would hold of a platform that answers nothing, too."""
    good = [answer for answer in crawled.answers if answer.status in (200, 201)]
    assert len(good) > 200
    assert {answer.role for answer in good} >= {*map(str, set(Role)), "nobody"}
    assert {answer.status for answer in crawled.answers} >= {200, 201, 400, 401, 403, 404, 412, 422}
    assert not [answer for answer in crawled.answers if answer.status >= 500]
    assert [a for a in asked(crawled) if a.request == "POST /v1/users/search" and "Z••• V•••" in a.content]


def test_no_answer_shows_a_person_s_values(crawled: Crawl) -> None:
    """But threads to those who may read them whole, and the city of hits by name."""
    answers = [a for a in asked(crawled) if not (a.role in SEES_THREADS and a.path.startswith("/v1/tickets"))]
    found = leaks(answers, PIECES)
    assert [leak for leak in found if leak[3] != ["Cityquoxcanary"] or leak[1] != "POST /v1/users/search"] == []


def test_threads_are_shown_to_those_who_work_on_tickets_alone(crawled: Crawl) -> None:
    found = leaks(asked(crawled), OF_THREADS)
    assert found
    assert {role for role, _, _, _ in found} <= SEES_THREADS | SEES_MASKED
    assert {request.split()[1].split("?")[0].split("/")[2] for _, request, _, _ in found} == {"tickets"}


def shown_in(crawled: Crawl, canaries: tuple[str, ...]) -> dict[str, set[str]]:
    """Role → where it was shown any of these: `resource` of a list, `resource/…` of one record."""
    found: dict[str, set[str]] = {}
    for role, request, _, _ in leaks(asked(crawled), canaries):
        method, _, path = request.partition(" ")
        parts = path.partition("?")[0].split("/")[2:]
        named = "/".join([parts[0], *("…" for _ in parts[1:2]), *parts[2:]])
        found.setdefault(role, set()).add(named if method == "GET" else f"{method} {named}")
    return found


def test_what_was_ordered_is_shown_in_the_order_itself_alone(crawled: Crawl) -> None:
    """No list, search, export, history or chart has it, and nobody but those who handle orders."""
    found = shown_in(crawled, OF_ORDERS)
    assert found == {role: {"orders/…"} for role in ("support", "billing", "manager", "privacy")}
    opened = [a for a in asked(crawled) if a.role == Role.SUPPORT and a.holds(OF_ORDERS)]
    assert opened[0].holds(OF_ORDERS) == list(OF_ORDERS)


def test_why_money_went_back_is_shown_to_those_who_handle_it(crawled: Crawl) -> None:
    support = {"orders/…", "refunds/…"}
    books = support | {"payment-reviews/…"}
    assert shown_in(crawled, OF_REFUNDS) == {"support": support, "billing": books, "manager": books}


def test_what_was_paid_with_is_shown_to_billing_alone(crawled: Crawl) -> None:
    """The manager has masks; for everybody else the keys are absent (P27)."""
    lists = {"payments", "payments/…", "payouts", "payouts/…", "orders/…", "payment-reviews/…"}
    assert shown_in(crawled, INSTRUMENTS) == {"billing": lists}
    for keys in ("last_four", "brand"):
        roles = {
            a.role for a in asked(crawled) if a.status == 200 and f'"{keys}"' in a.content and a.path.startswith("/v1/")
        }
        assert roles == {"billing", "manager"}


def test_notes_on_reviews_are_shown_to_billing_and_managers(crawled: Crawl) -> None:
    both = {"payment-reviews/…"}
    found = shown_in(crawled, OF_REVIEWS)
    assert set(found) == {"billing", "manager"}
    assert all(both <= where <= both | {"tickets/…"} for where in found.values())


def test_what_applicants_say_is_shown_to_those_who_work_on_applications(crawled: Crawl) -> None:
    """To privacy as masks; in no search, chart or history, and with no user."""
    both = {"pro-applications", "pro-applications/…"}
    assert shown_in(crawled, OF_PROFILES) == {"support": both, "manager": both}
    masked = [
        a for a in asked(crawled) if a.role == Role.PRIVACY and a.status == 200 and '"business_name"' in a.content
    ]
    assert masked


def test_what_documents_say_is_nowhere_but_revealed_and_opened(crawled: Crawl) -> None:
    """Not their names, their providers, what a check came to, nor a byte of what they are."""
    assert leaks(asked(crawled), OF_DOCUMENTS) == []
    opened = [a for a in crawled.answers if a.path.endswith("/open") and a.status == 200 and a.holds(OF_DOCUMENTS)]
    assert [answer.role for answer in opened] == [PLANTING]


def test_what_was_written_to_applicants_is_in_the_case_s_thread_alone(crawled: Crawl) -> None:
    found = shown_in(crawled, OF_LETTERS)
    assert found == {
        "manager": {"pro-applications/…", "tickets/…"}, "support": {"pro-applications/…", "tickets/…"}, "privacy": {"tickets/…"},
    }  # fmt: skip


def test_what_was_asked_of_privacy_is_nowhere_but_with_who_works_on_it(crawled: Crawl) -> None:
    """In no list, export, chart, history, draft or case of it; masked in the request itself."""
    assert leaks(asked(crawled), OF_REQUESTS) == []
    own = [answer for answer in crawled.answers if answer.role == PLANTING and answer.holds(OF_REQUESTS)]
    assert own
    masked = [a for a in asked(crawled) if a.role == Role.PRIVACY and a.status == 200 and '"reply_to"' in a.content]
    assert masked


def test_what_was_answered_in_a_survey_is_nowhere(crawled: Crawl) -> None:
    """Not in its figures, its texts (there are too few), its entries, or the log."""
    assert leaks(crawled.answers, OF_SURVEYS) == []
    entries = [a for a in asked(crawled) if a.path.startswith("/v1/survey-entries/") and a.status == 200]
    assert {a.role for a in entries} == {"manager", "privacy", "auditor"}


def test_who_entered_a_contest_is_nowhere(crawled: Crawl) -> None:
    """Whoever asks, for whatever reason: until it is drawn there is nothing to reveal (P32)."""
    assert leaks(crawled.answers + crawled.revealed, OF_ENTRIES) == []
    entries = [a for a in asked(crawled) if a.path.startswith("/v1/contest-entries/") and a.status == 200]
    assert {a.role for a in entries} == {"manager", "privacy", "auditor"}


def test_who_won_is_nowhere_but_revealed_to_who_works_on_the_prize(crawled: Crawl) -> None:
    assert leaks(crawled.answers, OF_WINNERS) == []
    told = [answer for answer in crawled.revealed if answer.holds(OF_WINNERS)]
    assert [answer.role for answer in told] == [PLANTING]


def test_what_was_written_to_winners_is_with_the_prize_alone(crawled: Crawl) -> None:
    assert shown_in(crawled, OF_PRIZES) == {}
    own = [a.path.split("/")[2] for a in crawled.answers if a.role == PLANTING and a.holds(OF_PRIZES)]
    assert own and set(own) == {"awards"}


def test_where_an_order_takes_place_is_nowhere_but_revealed(crawled: Crawl) -> None:
    assert leaks(crawled.answers, WHERE) == []


def test_what_was_typed_in_passing_comes_out_nowhere(crawled: Crawl) -> None:
    """Reasons, corrections, callers' words, search terms and mistakes."""
    assert leaks(crawled.answers, TYPED) == []


def test_reveals_show_what_was_asked_for_and_no_more(crawled: Crawl) -> None:
    revealed, place, paper, winner = crawled.revealed
    assert (place.holds(WHERE), place.holds(EVERYTHING)) == (list(WHERE), list(WHERE))
    assert paper.holds(EVERYTHING) == list(OF_DOCUMENTS[:3])
    assert winner.holds(EVERYTHING) == ["Winnerquoxcanary", "Wonquoxcanary", "Prizequoxcanary"]
    assert revealed.holds(PIECES) == [
        "Quoxicanary", "Vlastimilcanary", "Zoëphine", "quoxi.box-canary", "2035550188", "Cityquoxcanary", "Streetquoxcanary",
    ]  # fmt: skip


def test_nothing_lies_in_clear_in_the_databases_or_beside_them(crawled: Crawl) -> None:
    """But in the letters that went out as files, where nobody said by which server they go: in them stands what was written, and to whom."""
    assert len(crawled.stored) >= 4
    assert any(form in content for content in crawled.stored.values() for form in forms(CONTROL))
    found = {
        (name, canary)
        for name, content in crawled.stored.items()
        for canary in EVERYTHING
        if any(form in content for form in forms(canary))
    }
    letters = {canary for name, canary in found if name.endswith(".eml")}
    assert {(name, canary) for name, canary in found if not name.endswith(".eml")} == set()
    assert letters <= {
        "Letterheadquoxcanary",
        "Letterquoxcanary",
        "quoxi.box-canary",
        "Answerheadquoxcanary",
        "replyquoxcanary",
        "winnerbox-quoxcanary",
        "Prizeheadquoxcanary",
        "Prizeletterquoxcanary",
    }


def test_the_process_prints_no_value(crawled: Crawl) -> None:
    assert "listening on" in crawled.printed
    assert [canary for canary in EVERYTHING if canary.casefold() in crawled.printed.casefold()] == []
    assert [value for value in VALUES.values() if value in crawled.printed] == []


def test_files_are_for_their_owner_alone(crawled: Crawl) -> None:
    """But the public key, which is for everyone who verifies the log."""
    assert {name for name, mode in crawled.modes.items() if mode & 0o077} == {"audit.pub"}


def test_the_canaries_are_told_apart() -> None:
    joined = " ".join(VALUES.values())
    assert all(joined.replace("+1", "").count(piece) == 1 for piece in PIECES)
