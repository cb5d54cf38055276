"""What the list and the detail show of a privacy request: how long there is, how far it has come, and the one next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from console.raw import Raw
from console.records.privacy_requests import PrivacyRequest, Step
from console.text import block, exact, line
from screens.parts import privacy_unsent as unsent
from screens.parts import privacy_words as words
from screens.parts.application_view import PERSON
from screens.parts.detail import Row, Section
from screens.parts.money_view import Beside, labelled, word
from screens.parts.privacy_deeds import step_words
from screens.parts.privacy_work_view import kept_section, package_section, plan_line, plan_section
from screens.parts.record_table import Column
from screens.parts.thread import thread

SIGNS: Mapping[str, tuple[str, str]] = {
    "done": ("✓", "$text-success"),
    "next": ("→", "bold $accent"),
    "later": ("·", "dim"),
}
"""How far a step is → its sign."""


@dataclass(frozen=True)
class Words:
    """The time it is, and what the platform calls the reasons."""

    now: datetime
    reasons: Mapping[str, str]


# The list


def columns(clock: Callable[[], datetime]) -> Sequence[Column]:
    """Number, kind and how long there is stay however narrow it gets."""

    def due(request: PrivacyRequest) -> Content:
        return words.countdown(request, clock()) if request.next_due or not request.unsent else unsent.mark(request)

    return [
        Column("Number", 8, lambda request: line(request.number), sort="number"),
        Column("Asks to", 12, lambda request: Content(words.kind(request.kind))),
        Column("Under", 8, lambda request: Content(words.regime(request.regime)), priority=2),
        Column("State", 13, _state, priority=1),
        Column("Person", 10, lambda request: line(request.person or "–"), priority=4),
        Column("Of", 6, _assignee, priority=3),
        Column("Left", 14, due, "right", sort="due"),
    ]


def _state(request: PrivacyRequest) -> Content:
    return Content.assemble(unsent.sign(request), words.state(request.state))


def _assignee(request: PrivacyRequest) -> Content:
    return Content("you") if request.yours else line(request.assignee or "–")


EXPORTED = (
    *("number", "kind", "regime", "rule_version", "state", "channel", "received", "acknowledge_due", "acknowledged", "due", "extended"),
    *("appeal_due", "overdue", "verified", "verified_by", "points", "decided", "decided_by", "reason", "policy_version"),
    *("replied", "person", "agent", "signed_in"),
)  # fmt: skip
"""The columns of the records as a file: none of them has a text that somebody typed about a person."""


# The detail


def heading(request: PrivacyRequest, now: datetime) -> Content:
    """Number, kind and whose clock runs; below it how long there is, how it came, and who works on it."""
    title = Content.assemble((line(request.number).plain, "bold"), "  ", (words.kind(request.kind), "bold"))
    said = [words.limit(request, now), Content(_standing(request, now)).stylize("dim"), _came(request, now)]
    below = Content("\n").join([each for each in said if each.plain])
    return Content.assemble(title, (f" · {words.regime(request.regime)}", "bold"), "\n", below)


def _standing(request: PrivacyRequest, now: datetime) -> str:
    return " · ".join(filter(None, (words.state(request.state), words.whose(request, now))))


def _came(request: PrivacyRequest, now: datetime) -> Content:
    when = f", {words.brief_day(request.received, now)}" if request.received else ""
    return Content(f"{words.channel(request.channel)}{when}").stylize("dim")


def sections(request: PrivacyRequest, known: Words, person: Mapping[str, Raw]) -> Sequence[Section]:
    """The checklist first, then what the next step is about; `person` is what of the person is in clear now."""
    found = [_checklist(request, known.now)]
    if request.unsent:
        found.append(unsent.section(request))
    if request.plan is not None:
        found.append(plan_section(request, request.plan))
    if request.kept:
        found.append(kept_section(request))
    if request.package is not None:
        found.append(package_section(request, request.package))
    if decision := tuple(_decision(request, known)):
        found.append(Section("Decision", beside=decision))
    return [*found, _asked(request), _person(request, person), _thread(request, known.now), _clocks(request, known.now)]


def _checklist(request: PrivacyRequest, now: datetime) -> Section:
    following = words.following(request)
    stops = [plan_line(each) for each in request.plan.lines if each.effect == "stops"] if request.plan else []
    lines: list[Content] = []
    for step in request.steps:
        lines.append(step_line(request, step, now))
        if step.state == "next":
            lines += [Content.assemble("  ", each) for each in stops]
    return Section("Steps", hint=" · ".join(filter(None, (following, "x more"))), text=lines)


def step_line(request: PrivacyRequest, step: Step, now: datetime) -> Content:
    """By sign and word: done with its day, next as what is to be done, later dimmed."""
    sign, style = SIGNS.get(step.state, SIGNS["later"])
    name = words.step(step.name)
    if step.state == "next":
        return Content.assemble((f"{sign} {step_words(step)}", style))
    when = f"  {words.brief_day(step.at, now)}" if step.at else ""
    how = f" {words.proof(request)}" if step.name == "verified" and request.verified_by else ""
    return Content.assemble((sign, style), (f" {name}{how}{when}", "dim" if step.state == "later" else ""))


def _asked(request: PrivacyRequest) -> Section:
    rows = [Row("asker", "Asked by"), Row("reply_to", "Answer to"), Row("words", "Their words", block)]
    if request.agent:
        rows.append(Row("authority", "Authority", block))
    beside = [labelled("Alike", _alike(request))] if request.alike else []
    if request.agent:
        beside.append(labelled("Agent", "somebody asks for the person"))
    hint = "C change" if request.find_action("amend").allowed else ""
    return Section("What was asked", tuple(rows), hint=hint, beside=tuple(beside))


def _alike(request: PrivacyRequest) -> Content:
    numbers = ", ".join(line(each).plain for each in request.alike)
    return Content.assemble(("≈ ", "bold $text-warning"), f"{numbers}: of the same person or address")


def _person(request: PrivacyRequest, known: Mapping[str, Raw]) -> Section:
    if request.person is None:
        nobody = Content("not found in what is stored, or not looked for yet").stylize("dim")
        return Section("About whom", beside=(labelled("Person", nobody),))
    shown = [labelled(label, line(known[name]).stylize("$revealed")) for name, label in PERSON.items() if name in known]
    beside = (labelled("Person", line(request.person).stylize("bold")), *shown)
    reveals = any(action.name == "claim" for action in request.actions)
    return Section("About whom", hint="o open · v reveal" if reveals else "o open", beside=beside)


def _decision(request: PrivacyRequest, known: Words) -> Iterator[Beside]:
    if request.decided is None:
        return
    how = "" if request.state == "appealed" else f"{words.state(request.state)}, "
    yield labelled("Decided", f"{how}{exact(request.decided)}")
    if request.decided_by:
        yield labelled("By", line(request.decided_by))
    if request.reason:
        yield labelled("Reason", known.reasons.get(request.reason) or word(request.reason))
    if basis := request.basis or request.masks.get("basis"):
        yield labelled("Basis", line(basis))
    if request.policy_version:
        yield labelled("Policy", line(request.policy_version))


KINDS: Mapping[str, str] = {"in": "from the asker", "out": "to the asker", "note": "note by"}
"""Kind of a message → the word before who wrote it."""


def _thread(request: PrivacyRequest, now: datetime) -> Section:
    may = {action.name for action in request.actions}
    hints = [said for name, said in (("message", "m letter"), ("note", "N note")) if name in may]
    return Section("Thread", hint=" · ".join(hints), text=thread(request.messages, now, KINDS))


def _clocks(request: PrivacyRequest, now: datetime) -> Section:
    """Each limit as the platform worked it out, and by which rules."""
    limits = (
        ("Received", request.received),
        ("Acknowledge", request.acknowledge_due),
        ("Answer by", request.due),
        ("Appeal by", request.appeal_due),
    )
    beside = [labelled(label, exact(at)) for label, at in limits if at is not None]
    if request.extended is not None:
        beside.append(labelled("Extended", exact(request.extended)))
    why = f", {word(request.regime_reason)}" if request.regime_reason else ""
    law = words.REGIMES_LONG.get(request.regime) or word(request.regime)
    beside.append(
        labelled("Rules", Content.assemble(law, line(why), (f", version {line(request.rule_version).plain}", "dim")))
    )
    if request.purged is not None:
        beside.append(labelled("Texts gone", f"{exact(request.purged)}, as the record's time was over"))
    if request.topics:
        beside.append(labelled("Opts out of", line(", ".join(word(each) for each in request.topics))))
    if request.about_privacy:
        beside.append(labelled("Concerns", "privacy itself: a manager works on it"))
    known = (("Came from", request.ticket), ("Case", request.case), ("Taken in by", request.created_by))
    beside += [labelled(label, line(number)) for label, number in known if number]
    return Section("Clocks", hint=f"now: {due}" if (due := words.next_is(request)) else "", beside=tuple(beside))
