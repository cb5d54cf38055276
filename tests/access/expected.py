"""Who may see and do what, written out by hand from the rules of the house: it guards the access table against slips."""

from __future__ import annotations

from collections.abc import Mapping

SUPPORT, BILLING, MANAGER, PRIVACY, AUDITOR, ADMIN, SERVICE = (
    "support", "billing", "manager", "privacy", "auditor", "admin", "service",
)  # fmt: skip
STAFF = (SUPPORT, BILLING, MANAGER, PRIVACY)

LEVELS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "users": {
        "plain": {**dict.fromkeys(STAFF, "full"), AUDITOR: "pseudonym"},
        "preference": dict.fromkeys(STAFF, "full"),
        "identity": dict.fromkeys(STAFF, "reveal"),
        "contact": dict.fromkeys(STAFF, "reveal"),
        "locality": dict.fromkeys((SUPPORT, MANAGER, PRIVACY), "reveal"),
        "address": dict.fromkeys(STAFF, "reveal"),
        "demographic": {},  # aggregates and the person's own package alone
        "google": {},  # until a second person's approval can be recorded
    },
    "tickets": {
        "plain": dict.fromkeys(STAFF, "full"),
        "thread": {SUPPORT: "mask, full if assigned", BILLING: "full", MANAGER: "full", PRIVACY: "mask, full if assigned"},
    },
    "audit": {"plain": {**dict.fromkeys((*STAFF, ADMIN), "full"), AUDITOR: "pseudonym"}},
    "employees": {"plain": dict.fromkeys((AUDITOR, ADMIN), "full")},
}  # fmt: skip
"""Resource → category → role → level. What is missing is withheld."""

CASES: Mapping[str, Mapping[str, str]] = {
    SUPPORT: {"identity": "linked", "contact": "linked", "locality": "linked", "address": "order"},
    BILLING: {"identity": "payment", "contact": "payment", "address": "order"},
    MANAGER: {"identity": "decision", "contact": "decision", "locality": "linked", "address": "order"},
    PRIVACY: {"identity": "linked", "contact": "linked", "locality": "linked", "address": "linked"},
}
"""Role → category → the case that a reveal needs; none of them reveals their own record."""

KINDS = {"linked": set(), "order": {"order_case"}, "payment": {"payment_case"}, "decision": {"decision_case"}}
"""What a case must be about, beyond being in hand and linked to the person."""

CORRECTS: Mapping[str, Mapping[str, set[str]]] = {
    SUPPORT: {"identity": set(), "contact": {"two_checks"}, "locality": set()},
    PRIVACY: {"identity": set(), "contact": set(), "locality": set(), "address": set()},
}
"""Role → category → what it needs beyond a linked case and not being one's own record."""

ALONE = {AUDITOR, ADMIN, SERVICE}

ROWS = {
    ("tickets", BILLING): {"order_linked", "assigned"},
    ("audit", SUPPORT): {"own_entries"},
    ("audit", BILLING): {"own_entries"},
    ("audit", MANAGER): {"own_entries", "team_entries"},
    ("audit", PRIVACY): {"own_entries", "one_person"},
    ("audit", ADMIN): {"own_entries", "grant_entries"},
}
"""(Resource, role) → one of which must hold for a row to exist for the role; for all others every row does."""

_MARKETING = {"contact": set(), "opt-out": {"not_self"}, "opt-in": {"not_self", "asked"}}
_LOOKING = {"list": set(), "read": set(), "history": set(), "search": set(), "search-name": {"case_in_hand"}}
_CHECK = {"caller-check": {"not_self", "linked_case"}}
_OWN = {"not_self"}
_HELD = ("release", "renew", "note", "link", "unlink", "pending", "solved")
_FREE = ("claim", "reopen", "closed")
_TICKETS = {
    "list": set(),
    "read": set(),
    "open": set(),
    **{name: {"unclaimed"} for name in _FREE},
    **{name: {"assigned"} for name in _HELD},
}
_LIST: dict[str, set[str]] = {"list": set(), "read": set()}
_ACCOUNTS = {"not_own_account", "fresh_sign_in"}

ACTIONS: Mapping[str, Mapping[str, Mapping[str, set[str]]]] = {
    "users": {
        SUPPORT: {**_LOOKING, **_CHECK, **_MARKETING, "lock": _OWN, "unlock": _OWN},
        BILLING: {**_LOOKING, **_MARKETING},
        MANAGER: {**_LOOKING, **_MARKETING, "unlock": _OWN, "suspend": _OWN, "reinstate": _OWN},
        PRIVACY: {**_LOOKING, **_CHECK, **_MARKETING},
        AUDITOR: _LIST,
        SERVICE: {"ingest": set(), "contact": set()},
    },
    "tickets": dict.fromkeys(STAFF, _TICKETS),
    "audit": {
        **dict.fromkeys((*STAFF, ADMIN), _LIST),
        AUDITOR: {**_LIST, "head": set(), "export": {"fresh_sign_in"}},
    },
    "employees": {
        AUDITOR: _LIST,
        ADMIN: {**_LIST, "create": {"fresh_sign_in"}, **dict.fromkeys(("grant", "revoke", "disable", "enable"), _ACCOUNTS)},
    },
}  # fmt: skip
"""Resource → role → action → conditions."""
