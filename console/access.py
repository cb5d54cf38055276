"""THE table: role × resource × data category × action, with named conditions. Deny by default: what isn't here is withheld.

Reading a cell: `see` gives a level for each data category (several grants: the best that holds wins), `correct` says which
categories may be written, `act` which actions may be done, `rows` which rows exist for the role at all; each with conditions
that must all hold. `docs/access.md` is generated from this file. A new permission is one row here; a new condition also needs
its SQL clause in `platform_api/clauses.py`, and a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from console.conditions import (
    ABOUT_PRIVACY,
    ASKED,
    ASSIGNED,
    ASSIGNED_OR_DONE,
    ASSIGNED_OR_ENDED,
    BEFORE_SERVICE,
    CASE_IN_HAND,
    DECISION_CASE,
    DEPUTY_ERASURE,
    DEPUTY_GOOGLE,
    ENTRY_FOR_PRIVACY,
    ENTRY_NOT_NAMED,
    FOR_PRIVACY,
    FRESH_SIGN_IN,
    GOOGLE_ALLOWED,
    GRANT_ENTRIES,
    LINKED_CASE,
    NOT_DECIDER,
    NOT_DISQUALIFIER,
    NOT_DRAWER,
    NOT_INVOLVED,
    NOT_NAMED,
    NOT_OWN_ACCOUNT,
    NOT_OWN_ENTRY,
    NOT_PARTY,
    NOT_PRIVACYS,
    NOT_RECOMMENDER,
    NOT_REQUESTER,
    NOT_SELF,
    ONE_PERSON,
    ORDER_CASE,
    ORDER_LINKED,
    OWN_ENTRIES,
    PAYMENT_CASE,
    PEOPLES_CASE,
    RECENT_SIGN_IN,
    REQUESTER,
    SECOND_ALLOWED,
    TEAM_ENTRIES,
    THIS_APPLICATION,
    THIS_AWARD,
    THIS_ORDER,
    TICKET_FOR_PRIVACY,
    TICKET_NOT_NAMED,
    TWO_CHECKS,
    UNCLAIMED,
    WITHIN_LIMIT,
    Condition,
    Facts,
)
from console.records.employees import Role
from console.records.record import Category


class Level(IntEnum):
    """What a role sees of a category. PSEUDONYM: clear, but the record goes by its subject's pseudonym."""

    NONE = 0
    MASK = 1
    REVEAL = 2
    PSEUDONYM = 3
    FULL = 4


# Cells

All = tuple[Condition, ...]


@dataclass(frozen=True)
class Grant:
    level: Level
    needs: All = ()


@dataclass(frozen=True)
class Cell:
    """What one role may do with one resource. `rows`: alternatives, one of which must hold whole for a row to exist for the role."""

    see: Mapping[Category, tuple[Grant, ...]] = field(default_factory=dict)
    correct: Mapping[Category, All] = field(default_factory=dict)
    act: Mapping[str, All] = field(default_factory=dict)
    rows: tuple[All, ...] = ()


FULL = (Grant(Level.FULL),)
MASK = (Grant(Level.MASK),)
PSEUDONYM = (Grant(Level.PSEUDONYM),)


def reveal(*needs: Condition) -> tuple[Grant, ...]:
    """Masked in general, clear by a logged reveal for which all of these hold."""
    return (Grant(Level.REVEAL, (NOT_SELF, LINKED_CASE, *needs)),)


P, PREF, ID, CONTACT = Category.PLAIN, Category.PREFERENCE, Category.IDENTITY, Category.CONTACT
LOCALITY, ADDRESS, THREAD = Category.LOCALITY, Category.ADDRESS, Category.THREAD
SERVICE, INSTRUMENT, PROFILE, DOCUMENT = Category.SERVICE, Category.INSTRUMENT, Category.PROFILE, Category.DOCUMENT
GOOGLE, ENTRY_CONTACT = Category.GOOGLE, Category.ENTRY_CONTACT

_look: dict[str, All] = {"list": (), "read": ()}
_history: dict[str, All] = {"history": ()}
_gate: dict[str, All] = {"contact": (), "opt-out": (NOT_SELF,), "opt-in": (NOT_SELF, ASKED)}
_exact: dict[str, All] = {"search": ()}
_by_name: dict[str, All] = {"search-name": (CASE_IN_HAND,)}
_check: dict[str, All] = {"caller-check": (NOT_SELF, LINKED_CASE)}
_work: dict[str, All] = {
    **dict.fromkeys(("claim", "reopen", "closed"), (NOT_PARTY, UNCLAIMED)),
    **dict.fromkeys(("release", "renew", "note", "link", "unlink", "pending", "solved"), (NOT_PARTY, ASSIGNED)),
    "reply": (NOT_PARTY, ASSIGNED), **dict.fromkeys(("undo-reply", "resend"), (NOT_PARTY, ASSIGNED_OR_DONE)),
}  # fmt: skip
_order_work: dict[str, All] = {
    **_look, **_history, **_exact, "note": (NOT_PARTY,), "trouble": (NOT_PARTY,), "resolve": (NOT_PARTY,),
}  # fmt: skip
_order_books: dict[str, All] = {"search-card": (), "figures": (), "export": (FRESH_SIGN_IN,)}
_review_work: dict[str, All] = {
    **_look, "claim": (NOT_PARTY, UNCLAIMED), **dict.fromkeys(("release", "note", "settle"), (NOT_PARTY, ASSIGNED)),
}  # fmt: skip
_application_work: dict[str, All] = {
    **_look, **_history, "claim": (NOT_SELF, UNCLAIMED), **dict.fromkeys(("release", "note", "ask"), (NOT_SELF, ASSIGNED)),
    "answered": (NOT_SELF,),
    "withdraw": (NOT_SELF, NOT_DECIDER),
}  # fmt: skip
_privacy_intake: dict[str, All] = {
    **_look, **_history, "create": (), "appeal": (NOT_SELF,), "withdraw": (NOT_SELF,),
}  # fmt: skip
_second: All = (NOT_SELF, NOT_REQUESTER, FRESH_SIGN_IN)
_privacy_letters: dict[str, All] = dict.fromkeys(("undo-letter", "posted"), (NOT_SELF,))
"""Taken back by who wrote it; printed and sent by who wrote it, or works on such requests."""
_privacy_second: dict[str, All] = {
    **_privacy_letters,
    "approve": _second, "send-back": (NOT_SELF, NOT_REQUESTER), "allow-release": (NOT_SELF, NOT_INVOLVED, FRESH_SIGN_IN),
    **dict.fromkeys(("uphold", "reverse"), (NOT_SELF, NOT_DECIDER)),
}  # fmt: skip
_privacy_deputy: dict[str, All] = {
    "approve": (NOT_SELF, NOT_REQUESTER, DEPUTY_ERASURE, FRESH_SIGN_IN), "send-back": (NOT_SELF, NOT_REQUESTER, DEPUTY_ERASURE),
}  # fmt: skip
_google_second: dict[str, All] = {"allow": _second, "refuse": (NOT_SELF, NOT_REQUESTER)}
_CONCERNS = ("release", "note", "message", "acknowledge", "begin", "fulfil", "deny", "extend")
"""What a concern needs: a manager has these where it concerns privacy itself."""

_contest_look: dict[str, All] = {**_look, **_history, "record": (), "figures": ()}
_award_work: dict[str, All] = {
    **_look, **_history, "claim": (NOT_OWN_ENTRY, UNCLAIMED),
    **dict.fromkeys(("release", "note", "notify", "ship", "award", "forfeit"), (NOT_OWN_ENTRY, ASSIGNED)),
    "undo-letter": (NOT_OWN_ENTRY,),
    **dict.fromkeys(("decline", "rule-out"), (NOT_OWN_ENTRY, ASSIGNED, NOT_DRAWER, NOT_DISQUALIFIER)),
}  # fmt: skip
_MINE: All = (NOT_SELF, ASSIGNED)
_amend: All = (NOT_SELF, ASSIGNED_OR_ENDED)
"""What has ended is nobody's to claim, and a letter of it that failed may still need its address."""
_decide: All = (NOT_SELF, ASSIGNED, NOT_RECOMMENDER, NOT_DECIDER)

TABLE: Mapping[str, Mapping[Role, Cell]] = {
    "users": {
        Role.SUPPORT: Cell(
            see={P: FULL, PREF: FULL, ID: reveal(), CONTACT: reveal(), LOCALITY: reveal(), ADDRESS: reveal(ORDER_CASE)},
            correct={ID: (NOT_SELF, LINKED_CASE), CONTACT: (NOT_SELF, LINKED_CASE, TWO_CHECKS), LOCALITY: (NOT_SELF, LINKED_CASE)},
            act={**_look, **_history, **_exact, **_by_name, **_check, **_gate, "lock": (NOT_SELF,), "unlock": (NOT_SELF,)},
        ),
        Role.BILLING: Cell(
            see={P: FULL, PREF: FULL, ID: reveal(PAYMENT_CASE), CONTACT: reveal(PAYMENT_CASE), ADDRESS: reveal(ORDER_CASE)},
            act={**_look, **_history, **_exact, **_by_name, **_gate},
        ),
        Role.MANAGER: Cell(
            see={
                P: FULL, PREF: FULL, ID: reveal(DECISION_CASE), CONTACT: reveal(DECISION_CASE), LOCALITY: reveal(),
                ADDRESS: reveal(ORDER_CASE),
            },
            act={
                **_look, **_history, **_exact, **_by_name, **_gate, "unlock": (NOT_SELF,), "suspend": (NOT_SELF,), "reinstate": (NOT_SELF,),
                "hold": (NOT_SELF,), "lift-hold": (NOT_SELF, FRESH_SIGN_IN),
            },
        ),
        Role.PRIVACY: Cell(
            see={
                P: FULL, PREF: FULL, ID: reveal(), CONTACT: reveal(), LOCALITY: reveal(), ADDRESS: reveal(),
                GOOGLE: reveal(GOOGLE_ALLOWED),
            },
            correct=dict.fromkeys((ID, CONTACT, LOCALITY, ADDRESS), (NOT_SELF, LINKED_CASE)),
            act={
                **_look, **_history, **_exact, **_by_name, **_check, **_gate,
                "hold": (NOT_SELF,), "lift-hold": (NOT_SELF, FRESH_SIGN_IN),
            },
        ),
        Role.AUDITOR: Cell(see={P: PSEUDONYM}, act={"list": (), "read": ()}),
        Role.SERVICE: Cell(act={"ingest": (), "contact": ()}),
    },
    "tickets": {
        Role.SUPPORT: Cell(
            see={P: FULL, THREAD: (Grant(Level.FULL, (ASSIGNED,)), Grant(Level.MASK))}, act={**_look, **_work, "open": ()},
            rows=((PEOPLES_CASE, TICKET_NOT_NAMED),),
        ),
        Role.BILLING: Cell(
            see={P: FULL, THREAD: FULL}, act={**_look, **_work, "open": ()},
            rows=((ORDER_LINKED, TICKET_NOT_NAMED), (ASSIGNED, TICKET_NOT_NAMED)),
        ),
        Role.MANAGER: Cell(
            see={P: FULL, THREAD: (Grant(Level.FULL, (NOT_PARTY,)), Grant(Level.MASK))}, act={**_look, **_work, "open": ()},
            rows=((NOT_PRIVACYS, TICKET_NOT_NAMED), (ASSIGNED, TICKET_NOT_NAMED)),
        ),
        Role.PRIVACY: Cell(
            see={P: FULL, THREAD: (Grant(Level.FULL, (ASSIGNED,)), Grant(Level.MASK))}, act={**_look, **_work, "open": ()},
            rows=((PEOPLES_CASE, TICKET_FOR_PRIVACY), (ASSIGNED, TICKET_FOR_PRIVACY)),
        ),
    },
    "orders": {
        Role.SUPPORT: Cell(
            see={P: FULL, SERVICE: FULL, ADDRESS: reveal(THIS_ORDER, NOT_PARTY)},
            act={**_order_work, "cancel": (NOT_PARTY, BEFORE_SERVICE)},
        ),
        Role.BILLING: Cell(
            see={P: FULL, SERVICE: FULL, ADDRESS: reveal(THIS_ORDER, NOT_PARTY)}, act={**_order_work, **_order_books},
        ),
        Role.MANAGER: Cell(
            see={P: FULL, SERVICE: FULL, ADDRESS: reveal(THIS_ORDER, NOT_PARTY)},
            act={**_order_work, "cancel": (NOT_PARTY,), "figures": (), "export": (FRESH_SIGN_IN,)},
        ),
        Role.PRIVACY: Cell(
            see={P: FULL, SERVICE: FULL, ADDRESS: reveal(NOT_PARTY)}, act={**_look, **_history, **_exact},
        ),
        Role.AUDITOR: Cell(act={"figures": ()}),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "payments": {
        Role.SUPPORT: Cell(see={P: FULL}, act={**_look, "refund": (NOT_PARTY,)}),
        Role.BILLING: Cell(see={P: FULL, INSTRUMENT: FULL}, act={**_look, "refund": (NOT_PARTY, RECENT_SIGN_IN)}),
        Role.MANAGER: Cell(see={P: FULL, INSTRUMENT: MASK}, act={**_look, "refund": (NOT_PARTY,)}),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "refunds": {
        Role.SUPPORT: Cell(see={P: FULL, SERVICE: FULL}, act=_look),
        Role.BILLING: Cell(
            see={P: FULL, SERVICE: FULL},
            act={**_look, "approve": (NOT_PARTY, NOT_REQUESTER, WITHIN_LIMIT, RECENT_SIGN_IN), "reject": (NOT_PARTY, NOT_REQUESTER)},
        ),
        Role.MANAGER: Cell(
            see={P: FULL, SERVICE: FULL},
            act={**_look, "approve": (NOT_PARTY, NOT_REQUESTER, RECENT_SIGN_IN), "reject": (NOT_PARTY, NOT_REQUESTER)},
        ),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "payouts": {
        Role.BILLING: Cell(see={P: FULL, INSTRUMENT: FULL}, act=_look),
        Role.MANAGER: Cell(see={P: FULL, INSTRUMENT: MASK}, act=_look),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "payment-reviews": {
        Role.BILLING: Cell(see={P: FULL, THREAD: FULL}, act=_review_work),
        Role.MANAGER: Cell(see={P: FULL, THREAD: FULL}, act=_review_work),
    },
    "pro-applications": {
        Role.SUPPORT: Cell(
            see={P: FULL, PROFILE: FULL, THREAD: (Grant(Level.FULL, (ASSIGNED,)), Grant(Level.MASK))},
            act={**_application_work, "recommend": (NOT_SELF, ASSIGNED)},
        ),
        Role.MANAGER: Cell(
            see={P: FULL, PROFILE: FULL, THREAD: (Grant(Level.FULL, (NOT_SELF,)), Grant(Level.MASK))},
            act={**_application_work, "approve": _decide, "decline": _decide, "reopen": (NOT_SELF, NOT_DECIDER), "figures": ()},
        ),
        Role.PRIVACY: Cell(see={P: FULL, PROFILE: reveal()}, act={**_look, **_history}),
        Role.AUDITOR: Cell(act={"figures": ()}),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "application-documents": {
        Role.SUPPORT: Cell(see={P: FULL}, act=_look),
        Role.MANAGER: Cell(
            see={P: FULL, DOCUMENT: reveal(THIS_APPLICATION)}, act={**_look, "open": (NOT_SELF, THIS_APPLICATION)},
        ),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "reconciliations": {
        Role.BILLING: Cell(see={P: FULL}, act={**_look, "import": (), "resolve": ()}),
        Role.MANAGER: Cell(see={P: FULL}, act=_look),
    },
    "privacy-requests": {
        Role.SUPPORT: Cell(see={P: FULL}, act={**_privacy_intake, **_privacy_deputy}, rows=((NOT_NAMED,),)),
        Role.BILLING: Cell(see={P: FULL}, act={**_privacy_intake, **_privacy_deputy}, rows=((NOT_NAMED,),)),
        Role.MANAGER: Cell(
            see={
                P: FULL, CONTACT: (Grant(Level.FULL, (ASSIGNED, ABOUT_PRIVACY)), Grant(Level.MASK)),
                THREAD: (Grant(Level.FULL, (ASSIGNED, ABOUT_PRIVACY)), Grant(Level.MASK)),
            },
            act={
                **_privacy_intake, **_privacy_second, "figures": (), "claim": (NOT_SELF, ABOUT_PRIVACY, UNCLAIMED),
                **dict.fromkeys(_CONCERNS, (NOT_SELF, ABOUT_PRIVACY, ASSIGNED)),
                "amend": (NOT_SELF, ABOUT_PRIVACY, ASSIGNED_OR_ENDED),
            },
            rows=((NOT_NAMED,),),
        ),
        Role.PRIVACY: Cell(
            see={
                P: FULL, CONTACT: (Grant(Level.FULL, (ASSIGNED,)), Grant(Level.MASK)),
                THREAD: (Grant(Level.FULL, (ASSIGNED,)), Grant(Level.MASK)),
            },
            act={
                **_privacy_intake, **_privacy_second, "claim": (NOT_SELF, UNCLAIMED), **dict.fromkeys(_CONCERNS, _MINE), "amend": _amend,
                **dict.fromkeys(
                    ("identify", "set-regime", "ask-proof", "verify", "unverifiable", "confirm", "submit", "fulfil-partly",
                     "plan", "build-package", "propose", "withdraw-proposal", "apply", "told"), _MINE,
                ),
                "release-package": (NOT_SELF, ASSIGNED, SECOND_ALLOWED, FRESH_SIGN_IN), "figures": (), "export": (FRESH_SIGN_IN,),
            },
            rows=((FOR_PRIVACY,),),
        ),
        Role.AUDITOR: Cell(
            see={P: FULL}, act={**_look, "figures": (), "export": (FRESH_SIGN_IN,)}, rows=((NOT_NAMED,),),
        ),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "campaigns": {
        Role.MANAGER: Cell(see={P: FULL}, act=_look),
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "surveys": {
        Role.MANAGER: Cell(
            see={P: FULL},
            act={
                **_look, **dict.fromkeys(("create", "edit", "open", "close", "figures", "texts"), ()), "export": (FRESH_SIGN_IN,),
            },
        ),
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "survey-entries": {
        Role.MANAGER: Cell(see={P: FULL}, act=_look),
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "google-access": {
        Role.SUPPORT: Cell(see={P: FULL}, act={**_look, **_google_second}, rows=((DEPUTY_GOOGLE,),)),
        Role.BILLING: Cell(see={P: FULL}, act={**_look, **_google_second}, rows=((DEPUTY_GOOGLE,),)),
        Role.MANAGER: Cell(see={P: FULL, THREAD: FULL}, act={**_look, **_google_second}),
        Role.PRIVACY: Cell(
            see={P: FULL, THREAD: FULL},
            act={**_look, "create": (NOT_SELF, LINKED_CASE), "withdraw": (REQUESTER,), **_google_second},
        ),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "policy-versions": {
        Role.MANAGER: Cell(see={P: FULL}, act=_look),
        Role.PRIVACY: Cell(see={P: FULL}, act={**_look, "create": (FRESH_SIGN_IN,)}),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "policy": {
        Role.MANAGER: Cell(act={"list": ()}),
        Role.PRIVACY: Cell(act={"list": ()}),
        Role.AUDITOR: Cell(act={"list": ()}),
    },
    "contests": {
        Role.MANAGER: Cell(
            see={P: FULL},
            act={
                **_contest_look, "create": (), "edit": (), "open": (), "close": (), "draw": (NOT_DISQUALIFIER, FRESH_SIGN_IN),
            },
        ),
        Role.PRIVACY: Cell(see={P: FULL}, act=_contest_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_contest_look),
    },
    "contest-entries": {
        Role.MANAGER: Cell(see={P: FULL}, act={**_look, **_history, "disqualify": (NOT_OWN_ENTRY,)}),
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
        Role.SERVICE: Cell(act={"ingest": ()}),
    },
    "awards": {
        Role.MANAGER: Cell(
            see={
                P: FULL, ENTRY_CONTACT: (Grant(Level.REVEAL, (NOT_OWN_ENTRY, THIS_AWARD)),),
                THREAD: (Grant(Level.FULL, (ASSIGNED, NOT_OWN_ENTRY)), Grant(Level.MASK)),
            },
            act=_award_work,
        ),
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "disclosures": {
        Role.PRIVACY: Cell(see={P: FULL}, act=_look),
        Role.AUDITOR: Cell(see={P: FULL}, act=_look),
    },
    "audit": {
        Role.SUPPORT: Cell(see={P: FULL}, act=_look, rows=((OWN_ENTRIES, ENTRY_NOT_NAMED),)),
        Role.BILLING: Cell(see={P: FULL}, act=_look, rows=((OWN_ENTRIES, ENTRY_NOT_NAMED),)),
        Role.MANAGER: Cell(
            see={P: FULL}, act=_look, rows=((OWN_ENTRIES, ENTRY_NOT_NAMED), (TEAM_ENTRIES, ENTRY_NOT_NAMED)),
        ),
        Role.PRIVACY: Cell(
            see={P: FULL}, act=_look, rows=((OWN_ENTRIES, ENTRY_FOR_PRIVACY), (ONE_PERSON, ENTRY_FOR_PRIVACY)),
        ),
        Role.AUDITOR: Cell(
            see={P: PSEUDONYM}, act={**_look, "head": (), "export": (FRESH_SIGN_IN,)}, rows=((ENTRY_NOT_NAMED,),),
        ),
        Role.ADMIN: Cell(
            see={P: FULL}, act=_look, rows=((OWN_ENTRIES, ENTRY_NOT_NAMED), (GRANT_ENTRIES, ENTRY_NOT_NAMED)),
        ),
    },
    "employees": {
        Role.AUDITOR: Cell(see={P: FULL}, act={"list": (), "read": ()}),
        Role.ADMIN: Cell(
            see={P: FULL},
            act={
                "list": (), "read": (), "create": (FRESH_SIGN_IN,),
                **dict.fromkeys(("grant", "revoke", "name-deputy", "end-deputy", "disable", "enable"), (NOT_OWN_ACCOUNT, FRESH_SIGN_IN)),
            },
        ),
    },
}  # fmt: skip

# Asking the table


@dataclass(frozen=True)
class Decision:
    """Whether something is allowed; `failed` names the conditions that did not hold (none: the role lacks it altogether)."""

    allowed: bool
    failed: All = ()

    @property
    def because(self) -> str:
        if self.allowed:
            return ""
        return self.failed[0].sentence if self.failed else "Your role does not have this."


ALLOWED = Decision(True)
DENIED = Decision(False)


Roles = frozenset[Role]


@cache
def cells(roles: Roles, resource: str) -> tuple[Cell, ...]:
    row = TABLE.get(resource, {})
    return tuple(row[role] for role in sorted(roles) if role in row)


def judge(alternatives: Iterable[All], facts: Facts) -> Decision:
    """Allowed when the conditions of one alternative all hold; else the alternative that lacks least says why not."""
    lacking = [tuple(condition for condition in needs if not condition.holds(facts)) for needs in alternatives]
    if not lacking:
        return DENIED
    least = min(lacking, key=len)
    return Decision(False, least) if least else ALLOWED


def has(roles: Roles, resource: str, action: str) -> bool:
    """Whether any of the roles has the action at all, whatever its conditions. `reveal` and `correct` follow from the levels."""
    if action == "correct":
        return any(cell.correct for cell in cells(roles, resource))
    if action == "reveal":
        return any(g.level is Level.REVEAL for c in Category for g in _grants(roles, resource, c))
    return any(action in cell.act for cell in cells(roles, resource))


def may(roles: Roles, resource: str, action: str, facts: Facts) -> Decision:
    return judge([cell.act[action] for cell in cells(roles, resource) if action in cell.act], facts)


def sees(roles: Roles, resource: str, category: Category) -> bool:
    """Whether anything of the category is ever shown to the roles."""
    return bool(_grants(roles, resource, category))


def by_pseudonym(roles: Roles, resource: str) -> bool:
    """Whether persons go by their pseudonym in what these roles see."""
    return any(grant.level is Level.PSEUDONYM for grant in _grants(roles, resource, Category.PLAIN))


def may_correct(roles: Roles, resource: str, category: Category, facts: Facts) -> Decision:
    return judge([cell.correct[category] for cell in cells(roles, resource) if category in cell.correct], facts)


@cache
def _grants(roles: Roles, resource: str, category: Category) -> tuple[Grant, ...]:
    return tuple(grant for cell in cells(roles, resource) for grant in cell.see.get(category, ()))


def level(roles: Roles, resource: str, category: Category, facts: Facts) -> Level:
    """What an answer shows of the category. A REVEAL grant shows the mask; the value comes by `may_reveal` alone."""
    grants = _grants(roles, resource, category)
    shown = [g.level for g in grants if g.level is Level.REVEAL or all(c.holds(facts) for c in g.needs)]
    return max(shown, default=Level.NONE)


@cache
def fixed_level(roles: Roles, resource: str, category: Category) -> Level | None:
    """The level when it is the same for every row and case; None when it depends on facts. Saves a long list the facts of each row."""
    grants = _grants(roles, resource, category)
    if any(g.needs and g.level is not Level.REVEAL for g in grants):
        return None
    return max((g.level for g in grants), default=Level.NONE)


def may_reveal(roles: Roles, resource: str, category: Category, facts: Facts) -> Decision:
    return judge([g.needs for g in _grants(roles, resource, category) if g.level is Level.REVEAL], facts)


def may_reveal_any(roles: Roles, resource: str, facts: Facts) -> Decision:
    """Whether a reveal of some field is allowed now."""
    needs = {g.needs for c in Category for g in _grants(roles, resource, c) if g.level is Level.REVEAL}
    return judge(sorted(needs, key=len), facts)


def row_scope(roles: Roles, resource: str) -> tuple[All, ...] | None:
    """Alternatives of which one must hold whole for a row to exist for these roles; () means every row, None no row."""
    found = [cell.rows for cell in cells(roles, resource) if cell.act]
    if not found:
        return None
    return () if any(not rows for rows in found) else tuple(dict.fromkeys(needs for rows in found for needs in rows))


def actions(roles: Roles, resource: str) -> tuple[str, ...]:
    """All actions that any of the roles has, in the table's order."""
    return tuple(dict.fromkeys(name for cell in cells(roles, resource) for name in cell.act))
