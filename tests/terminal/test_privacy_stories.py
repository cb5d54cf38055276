"""What people may ask of what is stored about them, each kind from its receipt to its proof: consoles, platform, worker, letters as files."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.terminal.company import SLOWLY, Company, running
from tests.terminal.privacy_steps import (
    act,
    choose,
    confirm,
    empty,
    fill,
    given_password,
    go_to,
    leave,
    send_letter,
    tick,
)
from tests.terminal.terminal import Terminal
from tests.terminal.test_story import leaves_nothing, verify

NAME, EMAIL, PHONE, POSTCODE = "Ada Quillon", "ada.quillon@mail.example", "+12035550142", "94110"
STREET, CARE = "7 Locket Lane", "Afraid of thunder"
PERSONAL = ("name", "email", "phone", "postcode", "street")


def _days(count: int) -> str:
    return (datetime.now(UTC) - timedelta(days=count)).isoformat()


def _order(state: str) -> dict[str, Any]:
    return {
        "external_id": "stay", "parent": "ada", "pro": "pia", "state": state, "service": "sitting", "place": "parents_home",
        "pet": "dog", "pet_name": "Biscuit", "care_notes": CARE, "address": STREET, "placed": _days(30), "starts": _days(20),
        "ends": _days(18), "amount": 24_000, "currency": "USD", "items": [{"name": "Two nights", "quantity": 2, "amount": 24_000}],
        "sources": dict.fromkeys(("pet_name", "care_notes", "address", "items"), "self"),
    }  # fmt: skip


@pytest.fixture
def company(employed: Path, tmp_path: Path) -> Iterator[Company]:
    """Ada, whose dog Pia has looked after."""
    ada = {"name": NAME, "email": EMAIL, "phone": PHONE, "postcode": POSTCODE, "street": STREET}
    with running(employed, tmp_path) as found:
        people = {"external_id": "ada", **ada, "sources": dict.fromkeys(PERSONAL, "self")}
        found.ingest("users", people, {"external_id": "pia", "name": "Pia Vexley", "sources": {"name": "self"}})
        found.ingest("orders", _order("completed"))
        yield found


def proven(company: Company) -> None:
    """The log is whole."""
    verdict = verify(company.data)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def request_of(company: Company, number: str = "PR-1") -> dict[str, Any]:
    """As an auditor finds it."""
    found: dict[str, Any] = company.client("auditor").get(f"/v1/privacy-requests/{number}").json()
    return found


# Steps that several of them take


def take_in(console: Terminal, place: int, kind: str, *, words: str, came: tuple[int, str] = (1, "email")) -> None:
    """The form's first seven questions."""
    console.wait("Its clock runs from when it was received")
    console.settle()
    choose(console, "Asks to", kind, place)
    console.press("tab")
    choose(console, "Came by", came[1], came[0])
    console.press("tab")
    fill(console, "now", "U-1", NAME, EMAIL, words)


def claim(console: Terminal, number: str = "PR-1") -> None:
    """From inside, where a narrow screen shows the checklist."""
    console.wait(number)
    console.press("enter", "t")
    console.wait(f"{number} is in hand")
    console.settle()


def next_step(console: Terminal, words: str) -> None:
    """What the checklist says is next, by its one key."""
    console.wait(f"→ {words}")
    console.settle()
    console.key("a")


def verify_asker(console: Terminal, *said: str, enough: str = "verified") -> None:
    """What they say of themself: e-mail, phone, postcode, order; at last they declare that it is them."""
    console.wait("kept nowhere.")
    console.settle()
    fill(console, *said)
    tick(console, "Declared")
    console.key("ctrl+s")
    console.wait(enough)


# See the data


def open_ticket(console: Terminal) -> None:
    """Somebody calls; the ticket is linked to whom it is about."""
    console.wait("No tickets here")
    console.key("n")
    console.wait("New ticket")
    console.settle()
    fill(console, "Asks what we have", "call 81")
    console.key("ctrl+s")
    console.wait("T-1 is in hand")
    console.settle()
    console.key("l")
    console.wait("Link T-1")
    console.settle()
    console.type("U-1")
    console.key("enter")
    console.wait("linked to U-1")


def take_in_from_ticket(console: Terminal) -> None:
    """How and when it came and whom it is about stands there already."""
    console.key("P")
    console.wait("Privacy request of T-1")
    console.settle()
    choose(console, "Asks to", "See the data", 1)
    console.press(*["tab"] * 4)
    fill(console, NAME, EMAIL, "What do you have about me?")
    console.key("ctrl+s")
    console.wait("Came from    T-1")


def release(console: Terminal, company: Company) -> str:
    """The passphrase, which is shown once."""
    next_step(console, "Release the package")
    confirm(console, "Release the package PR-1", "shown to you once")
    send_letter(console, "Release the package PR-1: letter", "It is ready.")
    given_password(console, company.password, "kept nowhere")
    found = re.search(r"\b\w{4}(?:-\w{4}){4}\b", console.text())
    assert found, console.text()
    console.key("enter")
    console.gone(found[0])
    console.settle()
    return found[0]


def take_package(company: Company, passphrase: str) -> str:
    """As the person does, who has the link from the letter and the passphrase from the phone; what is in it, for machines."""
    link = re.search(r"/v1/packages/\S+", company.letter(EMAIL, "What we have about you is ready"))
    assert link
    with httpx.Client(base_url=company.url, trust_env=False, timeout=30) as browser:
        assert browser.post(link[0], data={"passphrase": "AAAA"}).status_code == 403
        taken = browser.post(link[0], data={"passphrase": passphrase})
    assert taken.status_code == 200, taken.text
    return zipfile.ZipFile(io.BytesIO(taken.content)).read("data.json").decode()


def export(console: Terminal, company: Company) -> str:
    """The records of what was asked and done, as a file."""
    console.press("escape", "/")
    empty(console, len("open:yes"))
    console.key("enter")
    console.wait("all privacy requests")
    console.settle()
    console.key("E")
    console.wait("Export this list")
    console.settle()
    console.press("enter")
    given_password(console, company.password, "rows are in")
    [written] = (company.homes / "privacy").glob("privacy-requests-*.csv")
    return written.read_text()


def test_somebody_asks_to_see_their_data(company: Company) -> None:
    support = company.console("support")
    open_ticket(support)
    take_in_from_ticket(support)
    support.wait("next: privacy")

    # It is under a law by which they must hear from us first, and it must be certain who asks
    privacy = company.console("privacy")
    claim(privacy)
    next_step(privacy, "Acknowledge")
    send_letter(privacy, "Acknowledge PR-1: letter", "You need not do anything for now.")
    privacy.wait("✓ acknowledged")
    act(privacy, "Ask for proof")
    send_letter(privacy, "Ask for proof PR-1: letter", "three of these")
    privacy.wait("proof asked · yours")
    next_step(privacy, "Check who asks")
    verify_asker(privacy, EMAIL, "203 555 0199", "", "", enough="1 of 3 points match so far")
    privacy.wait("4 wrong values")
    privacy.press("tab")
    empty(privacy, 14)
    fill(privacy, "203 555 0142", POSTCODE)
    privacy.key("ctrl+s")
    privacy.wait("✓ verified by 3 points")
    next_step(privacy, "Begin the work")
    privacy.wait("in work · yours")

    # The platform collects it; nobody here reads it. The letters go out meanwhile
    next_step(privacy, "Build the package")
    confirm(privacy, "Build the package PR-1", "you see counts and a hash")
    privacy.wait("✓ package built", SLOWLY)
    privacy.wait("1 profile, ")
    privacy.wait("SHA-256")
    passphrase = release(privacy, company)
    content = take_package(company, passphrase)
    for planted in (NAME, EMAIL, PHONE, POSTCODE, STREET, CARE, "What do you have about me?", "call 81"):
        assert planted in content
    privacy.wait("State        taken")

    next_step(privacy, "Fulfil")
    confirm(privacy, "Fulfil PR-1", "its case is solved")
    send_letter(privacy, "Fulfil PR-1: letter", "We have sent you all that bears on you.")
    privacy.wait("PR-1: fulfilled.")
    privacy.wait("no case in hand")

    records = export(privacy, company)
    [row] = csv.DictReader(io.StringIO(records))
    assert (row["number"], row["kind"], row["regime"], row["state"]) == ("PR-1", "access", "ccpa", "fulfilled")
    assert not [value for value in (NAME, EMAIL, "What do you") if value in records]
    done = request_of(company)
    assert (done["state"], done["verified_by"], done["points"], done["policy_version"]) == (
        "fulfilled",
        "points",
        3,
        "2",
    )
    assert company.letter(EMAIL, "What we have about you")
    assert set(company.letters(EMAIL)) == {
        "We have your request", "Your request: please show that it is you", "What we have about you is ready", "What we have about you",
    }  # fmt: skip
    leave(support, privacy)
    leaves_nothing(privacy, company.homes, [EMAIL, passphrase])
    proven(company)


# Correct


RIGHT = "ada@new.example"


def propose(console: Terminal, value: str) -> None:
    next_step(console, "Propose a correction")
    console.wait("It changes nothing yet")
    console.settle()
    choose(console, "Field", "E-mail", 2)
    console.press("tab")
    console.type(value)
    console.key("ctrl+s")
    console.wait("a correction of the e-mail is proposed")


def test_somebody_has_a_wrong_address_corrected(company: Company) -> None:
    privacy = company.console("privacy")
    privacy.wait("No privacy requests here")
    privacy.key("n")
    take_in(privacy, 2, "Correct the data", words="My address is ada@new.example now.")
    privacy.key("ctrl+s")
    privacy.wait("PR-1 is taken in.")
    claim(privacy)
    next_step(privacy, "Acknowledge")
    send_letter(privacy, "Acknowledge PR-1: letter", "You need not do anything for now.")

    # What they say is wrong proves nothing, whatever stands there
    next_step(privacy, "Check who asks")
    privacy.wait("What they want corrected")
    privacy.settle()
    fill(privacy, "email", EMAIL, "203 555 0142")
    privacy.key("ctrl+s")
    privacy.wait("other values than the one that is said to be wrong")
    privacy.settle()
    privacy.press("tab")
    empty(privacy, len(EMAIL))
    fill(privacy, "", "", POSTCODE)
    privacy.key("ctrl+s")
    privacy.wait("✓ verified by 2 points")

    next_step(privacy, "Begin the work")
    propose(privacy, RIGHT)
    next_step(privacy, "Apply the corrections")
    confirm(
        privacy,
        "Correct what PR-1 asks for",
        "a•••@•••.•••  →  ada@new.example",
        "Whoever was given the old values is told",
    )
    privacy.wait("PR-1: corrected.")
    next_step(privacy, "Fulfil")
    confirm(privacy, "Fulfil PR-1", "its case is solved")
    send_letter(privacy, "Fulfil PR-1: letter", "We have corrected it")
    privacy.wait("PR-1: fulfilled.")

    assert request_of(company)["state"] == "fulfilled"
    assert request_of(company)["disputed"] == ["email"]
    assert found_by(company, email=RIGHT) == ["U-1"]
    assert found_by(company, email=EMAIL) == []
    assert "corrected" in company.letter(EMAIL, "Your data are corrected")
    leave(privacy)
    leaves_nothing(privacy, company.homes, [RIGHT, EMAIL])
    proven(company)


def found_by(company: Company, **term: str) -> list[str]:
    """As whoever is asked for them would look."""
    answer = company.client("privacy2").post("/v1/users/search", json=term)
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["items"]]


# Delete


def make_plan(console: Terminal, company: Company) -> None:
    """An order that isn't over stops it, and it can't be sent on; then that is resolved."""
    next_step(console, "Make the plan")
    console.wait("! stops on 1 order")
    console.settle()
    assert "Send the plan for approval" not in console.text()
    stopped = request_of(company)
    assert stopped["plan"]["stopped"] and stopped["state"] == "in_progress"
    company.ingest("orders", {**_ahead("cancelled")})
    next_step(console, "Make the plan")
    console.gone("! stops on")


def _ahead(state: str) -> dict[str, Any]:
    return {**_order(state), "external_id": "next", "starts": _days(-5), "ends": _days(-7)}


def approve(console: Terminal, company: Company) -> None:
    """The same lines, and a word to type; another word does nothing."""
    go_to(console, "PR-1", "→ Approve the erasure")
    console.key("a")
    console.wait("Erase what PR-1 asks for")
    console.wait("no backup brings it back")
    console.settle()
    console.press("shift+tab")
    console.type("erase")
    console.press("tab", "tab", "enter")
    console.wait("Type erase PR-1 exactly.")
    console.press("shift+tab", "shift+tab")
    console.type("erase PR-1")
    console.press("tab", "tab", "enter")
    given_password(console, company.password, "PR-1: it is being erased.")


def test_somebody_is_deleted_by_two(company: Company) -> None:
    company.ingest("orders", _ahead("confirmed"))
    privacy, manager = company.console("privacy"), company.console("manager", 80, 24)
    privacy.wait("No privacy requests here")
    privacy.key("n")
    take_in(privacy, 3, "Delete the data", words="Delete me.")
    privacy.key("ctrl+s")
    privacy.wait("PR-1 is taken in.")
    claim(privacy)
    next_step(privacy, "Acknowledge")
    send_letter(privacy, "Acknowledge PR-1: letter", "You need not do anything for now.")
    next_step(privacy, "Check who asks")
    verify_asker(privacy, EMAIL, "203 555 0142", POSTCODE, "", enough="✓ verified by 3 points")
    next_step(privacy, "Begin the work")
    make_plan(privacy, company)
    next_step(privacy, "Send the plan for approval")
    confirm(privacy, "Send the plan for approval PR-1", "erased before they approve it")
    privacy.wait("next: a second person")
    privacy.key("a")
    privacy.wait("somebody else decides")
    assert request_of(company)["state"] == "review"
    assert found_by(company, email=EMAIL) == ["U-1"]

    approve(manager, company)
    privacy.wait("✓ erased", SLOWLY)
    privacy.wait("no case in hand")
    receipt = company.letter(EMAIL, "Your data have been deleted")
    assert "your request PR-1 is carried out" in receipt
    assert "- The record of this request" in receipt
    go_to(privacy, "U-1", "U-1  erased")
    privacy.press("/")
    privacy.type(EMAIL)
    privacy.key("enter")
    privacy.wait("No users here")
    privacy.wait("search by email")
    assert found_by(company, email=EMAIL) == []
    done = request_of(company)
    assert (done["state"], done["submitted_by"], done["approved_by"]) == ("fulfilled", "E-7", "E-5")
    leave(privacy, manager)
    proven(company)


# Opt out


def test_an_opt_out_works_at_once_and_is_confirmed(company: Company) -> None:
    support, privacy = company.console("support", 80, 24), company.console("privacy", 80, 24)
    support.key("5")
    support.wait("No privacy requests here")
    support.key("n")
    take_in(support, 4, "Opt out: it works at once", words="No more specials.")
    support.key("ctrl+s")
    support.wait("PR-1 is taken in.")
    support.wait("✓ works")
    person = company.client("privacy2").get("/v1/users/U-1").json()
    assert person["opted_out"] and not (person["specials"] or person["products"] or person["policy_news"])

    claim(privacy)
    next_step(privacy, "Confirm the opt-out")
    send_letter(privacy, "Confirm the opt-out PR-1: letter", "It is done")
    privacy.wait("PR-1: confirmed.")
    assert "works since we had it" in company.letter(EMAIL, "You hear no more of it from us")
    done = request_of(company)
    assert (done["state"], done["verified"]) == ("confirmed", None)
    leave(support, privacy)
    proven(company)


# A concern


def take_in_concern(console: Terminal) -> None:
    """About privacy itself, and it names an employee."""
    console.key("n")
    take_in(console, 5, "A concern", words="Tom read my messages.")
    console.press("tab", "tab", "tab", "tab", "tab", "tab")
    tick(console, "Concern")
    console.press("tab")
    console.type("E-2")
    console.key("ctrl+s")
    console.wait("PR-1 is taken in.")
    console.wait("next: a manager")


def deny(console: Terminal) -> None:
    """With its reason, its basis and a letter."""
    console.key("d")
    console.wait("Deny PR-1")
    console.settle()
    console.press("shift+tab", "shift+tab")
    choose(console, "", "There is nothing of the kind", 5)
    console.press("tab")
    console.type("Log of the platform, November")
    console.press("tab", "tab", "enter")
    send_letter(console, "Deny PR-1: letter", "There is nothing of the kind.")
    console.wait("PR-1: denied")


def appeal(console: Terminal) -> None:
    act(console, "Note an appeal")
    console.wait("Another person decides on it")
    console.settle()
    choose(console, "Reason", "The person disagrees", 1)
    console.press("tab", "tab")
    fill(console, "now", "You have not looked.")
    console.key("ctrl+s")
    console.wait("PR-1: the appeal is noted.")


def test_a_concern_is_a_managers_and_its_appeal_anothers(company: Company) -> None:
    support, manager = company.console("support"), company.console("manager", 80, 24)
    support.key("5")
    support.wait("No privacy requests here")
    take_in_concern(support)

    # Whom it names finds nothing of it, nor does privacy
    named, privacy = company.console("support2"), company.console("privacy")
    for console in (named, privacy):
        console.key("5")
        console.wait("No privacy requests here")
        go_to(console, "PR-1", "or your role does not")
    for name in ("support2", "privacy2"):
        assert company.client(name).get("/v1/privacy-requests/PR-1").status_code == 404

    # No end without a reply
    manager.key("5")
    claim(manager)
    manager.wait("Tom read my messages.")
    next_step(manager, "Acknowledge")
    send_letter(manager, "Acknowledge PR-1: letter", "You need not do anything")
    next_step(manager, "Begin the work")
    manager.wait("→ Write a letter")
    act(manager, "Fulfil")
    confirm(manager, "Fulfil PR-1", "A concern needs its")
    manager.wait("Without a letter")
    manager.wait("You wrote to us")
    manager.press("tab", "tab", "enter")
    manager.wait("A concern needs a reply")
    assert request_of(company)["state"] == "in_progress"

    deny(manager)
    assert "somebody else looks at it then" in company.letter(EMAIL, "Your request")
    appeal(manager)
    manager.key("a")
    manager.wait("You decided it before")
    assert request_of(company)["state"] == "appealed"

    other = company.console("manager2", 80, 24)
    go_to(other, "PR-1", "PR-1  Concern")
    act(other, "Uphold the decision")
    confirm(other, "Uphold the decision PR-1", "The decision on PR-1")
    send_letter(other, "Uphold the decision PR-1: letter", "You disagreed with")
    other.wait("PR-1: upheld.")
    assert "the Attorney General" in company.letter(EMAIL, "Your appeal")
    done = request_of(company)
    assert (done["state"], done["decided_by"]) == ("upheld", "E-6")
    leave(support, manager, named, privacy, other)
    proven(company)
