"""What the list and the detail show of a rule, and the line above them of the policy itself."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from console.records.policy import Policy, PolicyFigure, PolicyRule
from console.text import day, line
from screens.parts.detail import Section
from screens.parts.record_table import Column

ALARM = "▲"
"""Stands before whatever means that a promise is not kept."""

NUMBER = 7


def columns() -> Sequence[Column]:
    """However narrow it gets, the sign of an alarm stays."""
    return [
        Column("Rule", 5, number),
        Column("Promise", None, lambda rule: line(rule.promise), narrowest=20),
        Column("Now", 28, now),
    ]


def number(rule: PolicyRule) -> Content:
    return Content.assemble((f"{ALARM} ", "bold $text-error") if rule.alarm else "  ", line(rule.number))


def now(rule: PolicyRule) -> Content:
    """The figure that matters most: one that alarms, or else the first."""
    alarms = [figure for figure in rule.figures if alarms_now(figure)]
    if rule.waits_for and not alarms:
        return line(f"not built yet: {rule.waits_for}").stylize("dim")
    shown = next(iter([*alarms, *rule.figures]), None)
    if shown is None:
        return Content("")
    words = line(f"{shown.value:,} {shown.words}")
    return words.stylize("bold $text-error") if alarms else words


def alarms_now(figure: PolicyFigure) -> bool:
    return figure.alarming and figure.value > 0


def about(policy: Policy) -> Content:
    """One line: how the rules stand, the version in force, and when it was counted."""
    version = policy.version
    waiting = sum(1 for rule in policy.rules if rule.waits_for)
    alarms = sum(1 for rule in policy.rules if rule.alarm)
    parts = [
        _standing(alarms),
        Content.assemble("policy ", line(version.label).stylize("bold"), f" since {day(version.effective)}"),
        Content(f"{waiting} of {len(policy.rules)} not built" if waiting else f"{len(policy.rules)} rules"),
        Content(f"{policy.at.astimezone():%H:%M}").stylize("dim"),
    ]
    return Content(" · ").join(parts)


def _standing(alarms: int) -> Content:
    if not alarms:
        return Content("nothing overdue").stylize("$text-success")
    return Content(f"{ALARM} {alarms} need{'s' if alarms == 1 else ''} attention").stylize("bold $text-error")


def heading(rule: PolicyRule) -> Content:
    return Content.assemble(line(rule.number).stylize("bold"), "  ", _state(rule))


def _state(rule: PolicyRule) -> Content:
    if rule.alarm:
        return Content(f"{ALARM} needs attention").stylize("bold $text-error")
    if rule.waits_for:
        return line(f"not built yet: waits for {rule.waits_for}").stylize("dim")
    return Content("enforced and tested").stylize("dim")


def sections(rule: PolicyRule) -> Sequence[Section]:
    found = [
        Section("The policy says", text=[line(rule.promise)]),
        Section("So the system", text=[line(rule.rule, cap=2_000)]),
    ]
    if rule.figures:
        found.append(Section("Now", beside=[_figure(figure) for figure in rule.figures]))
    if rule.enforced:
        found.append(Section("Enforced in", text=[line(name) for name in rule.enforced]))
    if rule.shown_by:
        found.append(Section("Shown by", beside=[part for test in rule.shown_by for part in _test(test)]))
    return found


def _figure(figure: PolicyFigure) -> tuple[Content, Content]:
    style = "bold $text-error" if alarms_now(figure) else ""
    sign = f"{ALARM} " if alarms_now(figure) else ""
    return Content(f"{figure.value:>{NUMBER},}").stylize(style), Content.assemble(sign, line(figure.words)).stylize(
        style
    )


def _test(test: str) -> tuple[tuple[Content, Content], ...]:
    """What a test is called says more than where it stands."""
    path, _, name = test.partition("::")
    words = line(name.removeprefix("test_").replace("_", " "))
    return (Content("·"), words), (Content(" "), line(path).stylize("dim"))
