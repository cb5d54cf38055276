"""Why more than its state hinders what is done with a privacy request: what isn't of its kind, and what has to come first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from console.platform_api.access_package.parts import package_of
from console.platform_api.erasure_plan import submit_hinders
from console.platform_api.guard import Ask
from console.platform_api.privacy_clocks import extension_hinders
from console.platform_api.tables import MailRow, ProposalRow, TellingRow, UserRow, table
from console.records.privacy_requests import ENDED, Kind, Regime, RequestState
from console.records.reasons import REASONS
from console.records.tickets import UNSENT
from console.records.users import UserState

_proposals, _tellings, _users = table(ProposalRow), table(TellingRow), table(UserRow)
_mails = table(MailRow)

PROVEN = (Kind.ACCESS, Kind.CORRECT, Kind.DELETE)
"""Kinds that begin only once it is proven who asks."""

ONLY_OF = {
    "ask-proof": (PROVEN, "Nobody has to prove anything for this: it works without."),
    "verify": (PROVEN, "Nobody has to prove anything for this: it works without."),
    "unverifiable": (PROVEN, "Nobody has to prove anything for this: it works without."),
    "begin": ((*PROVEN, Kind.CONCERN), "An opt-out works as soon as the person is known."),
    "build-package": ((Kind.ACCESS,), "Only a request to see has a package."),
    "release-package": ((Kind.ACCESS,), "Only a request to see has a package."),
    "allow-release": ((Kind.ACCESS,), "Only a request to see has a package."),
    "propose": ((Kind.CORRECT,), "Only a request to correct has changes."),
    "withdraw-proposal": ((Kind.CORRECT,), "Only a request to correct has changes."),
    "told": ((Kind.CORRECT,), "Only a correction is told to those who had the old value."),
    "apply": ((Kind.CORRECT,), "Only a request to correct has changes."),
    "plan": ((Kind.DELETE,), "Only a request to delete has a plan."),
    "submit": ((Kind.DELETE,), "Only a request to delete has a plan."),
    "fulfil-partly": ((Kind.ACCESS, Kind.CORRECT), "The plan says what stays, and the receipt says it to the person."),
}
"""Action → the kinds that have it, and what is said of the others."""


TELLING = frozenset({"kept_by_law", "others", "nothing", "right_already"})
"""Reasons that say whether we have something of a person."""

NOBODY = "Say first who it is: nobody is found yet."


def deny_reasons(row: Row[Any]) -> list[str]:
    """What a denial may say now: before it is certain who asks, nothing of what we have (P10)."""
    certain = row.kind not in PROVEN or row.verified is not None or row.signed_in
    return [code for code in REASONS["deny"] if certain or code not in TELLING]


def hinders(ask: Ask, connection: Connection, row: Row[Any], action: str) -> str:
    """Empty when nothing does."""
    if row.purged is not None:
        return "What was personal in it is purged: nothing can be done with it any more."
    kinds, because = ONLY_OF.get(action, ((), ""))
    if kinds and row.kind not in kinds:
        return because
    check = _CHECKS.get(action)
    return check(ask, connection, row) if check is not None else ""


def _begin(_: Ask, __: Connection, row: Row[Any]) -> str:
    unproven = row.kind in PROVEN and row.verified is None
    return "It isn't proven yet who asks: verify comes first." if unproven else ""


def _verify(_: Ask, __: Connection, row: Row[Any]) -> str:
    if row.verified is not None:
        return "It is proven already who asks."
    return "" if row.person is not None else NOBODY


def _unproven(_: Ask, __: Connection, row: Row[Any]) -> str:
    """An appeal doesn't undo a proof."""
    return "It is proven already who asks." if row.verified is not None else ""


def _set_regime(_: Ask, __: Connection, row: Row[Any]) -> str:
    return "An opt-out has the same clock everywhere." if row.kind == Kind.OPT_OUT else ""


def _extend(ask: Ask, _: Connection, row: Row[Any]) -> str:
    if row.appeal_due is not None:
        return "It is done in the time of the appeal, which can't be extended."
    return extension_hinders(Regime(row.regime), row.due, row.extended, ask.now)


def _submit(_: Ask, connection: Connection, row: Row[Any]) -> str:
    return submit_hinders(connection, str(row.id))


def _fulfil(_: Ask, connection: Connection, row: Row[Any]) -> str:
    if row.kind == Kind.DELETE:
        return "Erasing fulfils it: send the plan to a second person."
    if row.kind == Kind.ACCESS:
        return _released(connection, row)
    return _applied(connection, row) if row.kind == Kind.CORRECT else ""


def _build(_: Ask, connection: Connection, row: Row[Any]) -> str:
    if _is_erased(connection, row):
        return "The account is erased: there is nothing to show any more."
    package = package_of(connection, row.id)
    return "It is being built." if package is not None and package.state == "building" else ""


def _release(ask: Ask, connection: Connection, row: Row[Any]) -> str:
    from console.platform_api.access_package.releasing import release_hinders  # it imports what imports this module

    package = package_of(connection, row.id)
    if package is None:
        return "There is no package to release: build it first."
    return release_hinders(ask.platform, connection, row, package)


def _allow_release(ask: Ask, connection: Connection, row: Row[Any]) -> str:
    from console.platform_api.access_package.second_person import MOVED, has_moved  # as above

    found = package_of(connection, row.id)
    if found is None or found.state != "built":
        return "There is no package to release: it is built first."
    if found.second is None:
        return "It goes to the person's own address: nobody has to allow it."
    if found.allowed_by is not None:
        return "Its release is allowed already."
    return MOVED if has_moved(ask.platform, connection, row, found) else ""


def _released(connection: Connection, row: Row[Any]) -> str:
    package = package_of(connection, row.id)
    return (
        ""
        if package is not None and package.released is not None
        else "The package comes first: build it and release it."
    )


def _applied(connection: Connection, row: Row[Any]) -> str:
    found = select(_proposals.c.state).where(_proposals.c.request == row.id)
    states = set(connection.execute(found).scalars())
    if "proposed" in states:
        return "A change is proposed that isn't applied yet."
    return (
        _told(connection, row)
        if "applied" in states
        else "Nothing is changed yet: propose what to correct, and apply it."
    )


def _told(connection: Connection, row: Row[Any]) -> str:
    left = select(_tellings.c.recipient).where(_tellings.c.request == row.id, _tellings.c.told.is_(None))
    names = sorted(set(connection.execute(left).scalars()))
    return f"Still to be told of the correction: {', '.join(names)}. Say how and when they were." if names else ""


def _tell(_: Ask, connection: Connection, row: Row[Any]) -> str:
    return "" if _told(connection, row) else "Nobody is left who had the old value and wasn't told."


def _propose(_: Ask, connection: Connection, row: Row[Any]) -> str:
    if row.person is None:
        return NOBODY
    return "The person's values are erased: there is nothing to correct." if _is_erased(connection, row) else ""


def _proposed(ask: Ask, connection: Connection, row: Row[Any]) -> str:
    mine = _proposals.c.request == row.id, _proposals.c.state == "proposed"
    waits = connection.execute(select(_proposals.c.id).where(*mine)).first()
    return _propose(ask, connection, row) if waits is not None else "Nothing is proposed that isn't applied."


def _plan(_: Ask, __: Connection, row: Row[Any]) -> str:
    return "" if row.person is not None else NOBODY


def _approve(_: Ask, connection: Connection, row: Row[Any]) -> str:
    """Whether the plan is still what would happen costs more than a look: `GET /{id}/plan` tells, and approving asks again."""
    if _state_of_person(connection, row) == UserState.ERASING:
        return "They are being erased already, for another request."
    return submit_hinders(connection, str(row.id))


WITH_A_SECOND = "A second person has the plan: have it sent back first."
BEING_ERASED = "They are being erased. If the receipt reaches nobody, the address can be changed then."
ALL_SENT = "It has ended, and every letter has gone: nothing is sent there any more."


def _amend(ask: Ask, connection: Connection, row: Row[Any]) -> str:
    """What the asker gave is changed where that can still matter, and where it can't lead astray what was released to them."""
    if row.state == RequestState.REVIEW:
        return WITH_A_SECOND
    if row.state == RequestState.ERASING:
        return BEING_ERASED
    waits = select(_mails.c.id).where(_mails.c.request == row.id, _mails.c.state.in_(UNSENT))
    if row.state in ENDED and connection.execute(waits).first() is None:
        return ALL_SENT
    return _on_offer(ask, connection, row)


def _on_offer(ask: Ask, connection: Connection, row: Row[Any]) -> str:
    """While a package is built for an address, or its link opens."""
    from console.platform_api.access_package.taking import is_on_offer  # it imports what imports this module

    package = package_of(connection, row.id)
    if package is not None and package.state == "building":
        return "The package is being built: wait until it is."
    if package is None or not is_on_offer(row, package, ask.now):
        return ""
    if row.state in ENDED:
        return "The link to the package still opens it, and goes nowhere else: send the letter by post."
    return "The package is released, and goes nowhere else: build it anew, then change this."


def _state_of_person(connection: Connection, row: Row[Any]) -> str | None:
    return connection.execute(select(_users.c.state).where(_users.c.id == row.person)).scalar()


def _is_erased(connection: Connection, row: Row[Any]) -> bool:
    return _state_of_person(connection, row) == UserState.ERASED


def _withdraw(_: Ask, __: Connection, row: Row[Any]) -> str:
    """A concern isn't closed without a reply (P13)."""
    unanswered = row.kind == Kind.CONCERN and row.replied is None
    return "A concern needs a reply before it is closed." if unanswered else ""


_CHECKS: Mapping[str, Callable[[Ask, Connection, Row[Any]], str]] = {
    "begin": _begin, "verify": _verify, "identify": _unproven, "ask-proof": _unproven, "unverifiable": _unproven,
    "set-regime": _set_regime, "extend": _extend, "fulfil": _fulfil, "plan": _plan, "submit": _submit, "approve": _approve,
    "fulfil-partly": lambda _, connection, row: _told(connection, row), "withdraw": _withdraw,
    "propose": _propose, "withdraw-proposal": _proposed, "apply": _proposed, "told": _tell,
    "amend": _amend, "build-package": _build, "release-package": _release, "allow-release": _allow_release,
}  # fmt: skip
