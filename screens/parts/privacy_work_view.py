"""What a request makes: the plan to erase line by line, and the access package by counts and hash, never by content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.content import Content

from console.records.privacy_requests import Package, Plan, PlanLine, PrivacyRequest
from console.text import day, exact, line
from screens.parts.detail import Section
from screens.parts.money_view import Beside, labelled, word

EFFECTS: Mapping[str, tuple[str, str]] = {
    "stops": ("! stops on", "bold $text-error"),
    "deletes": ("deletes", ""),
    "redacts": ("blacks out", ""),
    "keeps": ("keeps", "$text-warning"),
}
"""Effect → its words; what stops it stands first."""

BAR = 14


def plan_section(request: PrivacyRequest, plan: Plan) -> Section:
    """What would go and stay, or how far the erasure has come; what stops it stands with the next step."""
    hint = "send it: a" if request.find_action("submit").allowed and not plan.stopped else ""
    title = "What was to be erased" if request.kept else "Plan to erase"
    return Section(title, hint=hint, text=tuple(_plan(request, plan)))


def _plan(request: PrivacyRequest, plan: Plan) -> Iterator[Content]:
    if plan.total and request.state == "erasing":
        yield progress("Erasing", plan.done, plan.total)
    yield from plan_lines(plan, stops=False)
    made = f"made {exact(plan.made)}" if plan.made else ""
    yield Content(
        " · ".join(filter(None, (made, f"plan {line(plan.sha256[:12]).plain}" if plan.sha256 else "")))
    ).stylize("dim")


def plan_lines(plan: Plan, *, stops: bool = True) -> Iterator[Content]:
    """A line for each effect on each kind of thing; what stops it first."""
    order = list(EFFECTS)
    for each in sorted(plan.lines, key=lambda one: order.index(one.effect) if one.effect in order else len(order)):
        if stops or each.effect != "stops":
            yield plan_line(each)
    if not plan.lines:
        yield Content("nothing is stored that would go").stylize("dim")


WHAT: Mapping[str, str] = {
    "instruments": "ways to pay, in masks",
    "application_marks": "marks on applications",
    "staff_link": "links to an employee's account",
    "order_places": "places of orders",
    "tax_records": "records for tax",
    "order_notes": "notes on orders",
    "refund_notes": "notes on refunds",
    "report_notes": "notes in reports",
    "contact": "ways to reach them",
    "opt_out_hash": "hash that keeps the opt-out",
    "ban_hash": "hash that keeps the ban",
    "requests": "records of requests",
    "tombstone": "mark that they are erased",
    "open_orders": "orders not over yet",
    "open_payments": "payments under way",
    "open_disputes": "disputes",
    "pending_refunds": "refunds under way",
    "pending_payouts": "payouts under way",
    "open_requests": "other requests that are open",
    "loose_tickets": "tickets linked to nobody",
    "loose_messages": "messages of tickets linked to nobody",
    "loose_mail": "mail of tickets linked to nobody",
    "reasons": "reasons on the log, removed",
    "survey_entries": "answers to surveys",
    "contest_entries": "entries of contests",
    "prizes": "records of prizes",
    "survey_texts": "texts in surveys",
    "survey_counts": "answers within counts",
    "others_history": "changes in what belongs to others",
}
"""What a plan counts → its words, where its code doesn't say it."""

BASES: Mapping[str, str] = {
    "nobodys": "counts are nobody's",
    "stay_erased": "so that they stay erased",
    "append_only": "history is never rewritten",
    "records_of_requests": "the law asks for a record",
}

KEYS: Mapping[str, str] = {"own": "a key of its own", "hash": "a hash alone", "request": "the request's key"}


def plan_line(each: PlanLine) -> Content:
    does, style = EFFECTS.get(each.effect, (word(each.effect), ""))
    what = counted(each.count, WHAT.get(each.what) or word(each.what))
    basis = f": {BASES.get(each.basis) or word(each.basis)}" if each.basis else ""
    until = f", until {day(each.until)}" if each.until else ""
    key = f", under {KEYS.get(each.key) or word(each.key)}" if each.key else ""
    return Content.assemble((does, style), f" {what}{basis}{until}", (key, "dim"))


def counted(count: int, what: str) -> str:
    """As in "1 record of requests", "14 messages": of one thing the first word stands in the singular."""
    first, space, rest = what.partition(" ")
    one = f"{first[:-3]}y" if first.endswith("ies") else first if first.endswith("ss") else first.removesuffix("s")
    return f"{count:,} {one if count == 1 else first}{space}{rest}"


def kept_section(request: PrivacyRequest) -> Section:
    """What is stored of somebody who is erased, each on its basis, and which key opens it until when; no screen shows a value."""
    lines = [Content("no screen shows what is in it").stylize("dim")]
    lines += [plan_line(PlanLine(effect="keeps", **each.model_dump())) for each in request.kept]
    return Section("What stays of them", text=lines)


def package_section(request: PrivacyRequest, package: Package) -> Section:
    return Section("Access package", text=tuple(_progress(package)), beside=tuple(_package(package)))


def _progress(package: Package) -> Iterator[Content]:
    if package.state == "building":
        yield progress("Collecting", package.done, package.total)


def _package(package: Package) -> Iterator[Beside]:
    yield labelled("State", word(package.state))
    if package.counts:
        yield labelled("In it", _counts(package.counts))
    if package.sha256:
        yield labelled("SHA-256", line(package.sha256[:16]) if package.sha256 else "–")
    if package.size is not None:
        yield labelled("Size", f"{package.size:,} bytes")
    if package.second:
        by = (
            f"allowed by {line(package.allowed_by).plain}"
            if package.allowed_by
            else "a second person allows its release first"
        )
        yield labelled("Takes two", by)
    moments = (
        ("Built", package.built),
        ("Released", package.released),
        ("Taken", package.taken),
        ("Expires", package.expires),
    )
    yield from (labelled(label, exact(at)) for label, at in moments if at is not None)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(count, word(what)) for what, count in counts.items() if count) or "nothing is stored"


def progress(what: str, done: int, total: int) -> Content:
    """As in "Erasing ▓▓▓▓░░░░  21 of 37": work of the platform, which goes on when the console is left."""
    filled = done * BAR // total if total else 0
    drawn = "▓" * filled + "░" * (BAR - filled)
    of = f"{done:,} of {total:,}" if total else "about to begin"
    return Content.assemble((f"{what} ", "bold"), (drawn, "$accent"), f"  {of}")
