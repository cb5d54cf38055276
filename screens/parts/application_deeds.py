"""What can be done with a pro application, and what each of it means in words, before the yes."""

from __future__ import annotations

from textual.content import Content

from console.records.pro_applications import ProApplication
from console.text import line
from screens.parts import application_checks as checks
from screens.parts import application_words as words
from screens.parts.deed import Deed

DEEDS = {
    "claim": Deed("Claim", "yours for 30 minutes; work renews it. u undoes it.", versioned=False),
    "release": Deed("Put back", "free for others. u undoes it."),
    "answered": Deed(
        "Note the answer",
        "waits for a decision again.",
        effect="{number} waits for a decision again, and its clock goes on from where it stopped.",
        reasons="answered_reasons",
        ask="What was said",
    ),
    "reopen": Deed(
        "Reopen",
        "open again: another manager decides.",
        effect="{number} waits for a decision again, with a new case. Another manager decides than the one who declined it.",
        reasons="reopen_reasons",
        ask="What is new",
    ),
    "withdraw": Deed(
        "Withdraw",
        "withdrawn.",
        effect="{number} is over, and its case is solved: the applicant asked for it. Nobody is declined by this.",
        reasons="withdraw_reasons",
        ask="Note",
    ),
}
"""The actions that one question is enough for."""

UNDO = {"claim": "release", "release": "claim"}
"""What takes back what."""

WORDS = {
    "note": "Write a note",
    "recommend": "Recommend",
    "ask": "Ask for information",
    "approve": "Approve",
    "decline": "Decline",
    "reveal": "Reveal",
}
"""Actions with ways of their own → what `x` calls them."""

RECOMMENDATIONS = {"approve": "Approve it", "decline": "Decline it"}

ASKED = "The clock stands still until the answer comes; without one it expires."

PAST = {"approve": "approved", "decline": "declined"}
"""Decision → its word, which is also the code of its message's template."""


def question_for(application: ProApplication) -> str:
    """The template that a question begins with: it names what is missing, or leaves that to be written."""
    return "ask_document" if application.missing else "ask_details"


def effect(application: ProApplication, name: str) -> Content:
    """What a decision does, and below it what should give pause."""
    number, person = line(application.number).plain, line(application.person or "the applicant").plain
    said = {
        "approve": f"{person} becomes a pro and can take orders. {number} is decided, and its case is solved.",
        "decline": f"{person} does not become a pro. {number} is decided, and its case is solved; another manager can reopen it.",
    }
    lines = [Content(said[name]), *_pauses(application)]
    return Content("\n").join(lines)


def _pauses(application: ProApplication) -> list[Content]:
    """What is known against it, and what somebody else recommended."""
    found = [checks.alike_words(other) for other in application.alike[:3]]
    if len(application.alike) > 3:
        more = "others" if application.alike_cut else f"{len(application.alike) - 3} more"
        found.append(Content(f"  and {more}").stylize("dim"))
    if application.missing:
        found.append(Content.assemble(checks.BAD, "missing: ", words.lacks(application)))
    if application.recommendation:
        by = line(application.recommended_by or "somebody").plain
        found.append(Content(f"{by} recommends to {line(application.recommendation).plain} it."))
    return [Content(""), *found] if found else []
