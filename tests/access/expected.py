"""Who may see and do what, written out by hand from the rules of the house: it guards the access table against slips."""

from __future__ import annotations

from collections.abc import Mapping

SUPPORT, BILLING, MANAGER, PRIVACY, AUDITOR, ADMIN, SERVICE = (
    "support", "billing", "manager", "privacy", "auditor", "admin", "service",
)  # fmt: skip
STAFF = (SUPPORT, BILLING, MANAGER, PRIVACY)
HANDLE_MONEY = (SUPPORT, BILLING, MANAGER)
"""Who may ask for a refund, and so sees what was paid."""
BOOKS = (BILLING, MANAGER)
"""Who sees payouts, payments to review and reconciliations."""
APPROVE_PROS = (SUPPORT, MANAGER)
"""Who works on pro applications."""
WATCH_PRIVACY = (MANAGER, PRIVACY, AUDITOR)
"""Who sees the policy, who was allowed values from Google, and surveys without what anybody answered."""

LEVELS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "users": {
        "plain": {**dict.fromkeys(STAFF, "full"), AUDITOR: "pseudonym"},
        "preference": dict.fromkeys(STAFF, "full"),
        "identity": dict.fromkeys(STAFF, "reveal"),
        "contact": dict.fromkeys(STAFF, "reveal"),
        "locality": dict.fromkeys((SUPPORT, MANAGER, PRIVACY), "reveal"),
        "address": dict.fromkeys(STAFF, "reveal"),
        "demographic": {},  # aggregates and the person's own package alone
        "google": {PRIVACY: "reveal"},  # which a second person allows first
    },
    "tickets": {
        "plain": dict.fromkeys(STAFF, "full"),
        "thread": {SUPPORT: "mask, full if assigned", BILLING: "full", MANAGER: "mask, full if not_party", PRIVACY: "mask, full if assigned"},
    },
    "orders": {
        "plain": dict.fromkeys(STAFF, "full"),
        "service": dict.fromkeys(STAFF, "full"),
        "address": dict.fromkeys(STAFF, "reveal"),
    },
    "payments": {"plain": dict.fromkeys(HANDLE_MONEY, "full"), "instrument": {BILLING: "full", MANAGER: "mask"}},
    "refunds": {"plain": dict.fromkeys((*HANDLE_MONEY, AUDITOR), "full"), "service": dict.fromkeys(HANDLE_MONEY, "full")},
    "payouts": {"plain": dict.fromkeys(BOOKS, "full"), "instrument": {BILLING: "full", MANAGER: "mask"}},
    "payment-reviews": {"plain": dict.fromkeys(BOOKS, "full"), "thread": dict.fromkeys(BOOKS, "full")},
    "pro-applications": {
        "plain": dict.fromkeys((*APPROVE_PROS, PRIVACY), "full"),
        "profile": {**dict.fromkeys(APPROVE_PROS, "full"), PRIVACY: "reveal"},
        "thread": {SUPPORT: "mask, full if assigned", MANAGER: "mask, full if not_self"},
    },
    "application-documents": {
        "plain": dict.fromkeys(APPROVE_PROS, "full"),  # kind, expiry, complete or not; to privacy in the sealed package alone
        "document": {MANAGER: "reveal"},
    },
    "reconciliations": {"plain": dict.fromkeys(BOOKS, "full")},
    "privacy-requests": {
        "plain": dict.fromkeys((*STAFF, AUDITOR), "full"),
        "contact": {MANAGER: "mask, full if assigned and about_privacy", PRIVACY: "mask, full if assigned"},
        "thread": {MANAGER: "mask, full if assigned and about_privacy", PRIVACY: "mask, full if assigned"},
    },
    "google-access": {
        "plain": dict.fromkeys((*WATCH_PRIVACY, SUPPORT, BILLING), "full"),
        "thread": dict.fromkeys((MANAGER, PRIVACY), "full"),  # the evidence: what the second person decides on
    },
    **{name: {"plain": dict.fromkeys(WATCH_PRIVACY, "full")} for name in ("campaigns", "surveys", "survey-entries")},  # answers: nobody
    "policy-versions": {"plain": dict.fromkeys(WATCH_PRIVACY, "full")},
    "policy": {},  # rules and counts, no records
    "contests": {"plain": dict.fromkeys(WATCH_PRIVACY, "full")},
    "contest-entries": {"plain": dict.fromkeys(WATCH_PRIVACY, "full")},  # their contact is nobody's
    "awards": {
        "plain": dict.fromkeys(WATCH_PRIVACY, "full"),
        "entry_contact": {MANAGER: "reveal"},
        "thread": {MANAGER: "mask, full if assigned and not_own_entry"},
    },
    "disclosures": {"plain": dict.fromkeys((PRIVACY, AUDITOR), "full")},
    "audit": {"plain": {**dict.fromkeys((*STAFF, ADMIN), "full"), AUDITOR: "pseudonym"}},
    "employees": {"plain": dict.fromkeys((AUDITOR, ADMIN), "full")},
}  # fmt: skip
"""Resource → category → role → level. What is missing is withheld."""

CASES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "users": {
        SUPPORT: {"identity": "linked", "contact": "linked", "locality": "linked", "address": "order"},
        BILLING: {"identity": "payment", "contact": "payment", "address": "order"},
        MANAGER: {"identity": "decision", "contact": "decision", "locality": "linked", "address": "order"},
        PRIVACY: {**dict.fromkeys(("identity", "contact", "locality", "address"), "linked"), "google": "allowed"},
    },
    "orders": {
        **{role: {"address": "this order"} for role in (SUPPORT, BILLING, MANAGER)},
        PRIVACY: {"address": "own order of nobody"},
    },
    "pro-applications": {PRIVACY: {"profile": "linked"}},
    "application-documents": {MANAGER: {"document": "this application"}},
    "awards": {MANAGER: {"entry_contact": "this award"}},
}
"""Resource → role → category → the case that a reveal needs; none of them reveals their own record."""

OF_NO_USER = {"this award"}
"""Whom these are about is no user whom a case could be linked to: the award itself is."""

KINDS: Mapping[str, set[str]] = {
    "linked": set(), "order": {"order_case"}, "payment": {"payment_case"}, "decision": {"decision_case"},
    "this order": {"this_order", "not_party"}, "own order of nobody": {"not_party"},
    "this application": {"this_application"}, "allowed": {"google_allowed"},
    "this award": {"this_award", "not_own_entry"},
}  # fmt: skip
"""What a case must be about, beyond being in hand and linked to the person; an order's address is for nobody whose order it is."""

CORRECTS: Mapping[str, Mapping[str, set[str]]] = {
    SUPPORT: {"identity": set(), "contact": {"two_checks"}, "locality": set()},
    PRIVACY: {"identity": set(), "contact": set(), "locality": set(), "address": set()},
}
"""Role → category → what it needs beyond a linked case and not being one's own record."""

ALONE = {AUDITOR, ADMIN, SERVICE}

ROWS = {
    ("tickets", SUPPORT): {"peoples_case and ticket_not_named"},
    ("tickets", PRIVACY): {"peoples_case and ticket_for_privacy", "assigned and ticket_for_privacy"},
    ("tickets", BILLING): {"order_linked and ticket_not_named", "assigned and ticket_not_named"},
    ("tickets", MANAGER): {"not_privacys and ticket_not_named", "assigned and ticket_not_named"},
    **{("privacy-requests", role): {"not_named"} for role in (SUPPORT, BILLING, MANAGER, AUDITOR)},
    ("privacy-requests", PRIVACY): {"for_privacy"},
    **{("google-access", role): {"deputy_google"} for role in (SUPPORT, BILLING)},
    ("audit", SUPPORT): {"own_entries and entry_not_named"},
    ("audit", BILLING): {"own_entries and entry_not_named"},
    ("audit", MANAGER): {"own_entries and entry_not_named", "team_entries and entry_not_named"},
    ("audit", PRIVACY): {"own_entries and entry_for_privacy", "one_person and entry_for_privacy"},
    ("audit", AUDITOR): {"entry_not_named"},
    ("audit", ADMIN): {"own_entries and entry_not_named", "grant_entries and entry_not_named"},
}
"""(Resource, role) → one of which must hold for a row to exist for the role; for all others every row does."""

_MARKETING = {"contact": set(), "opt-out": {"not_self"}, "opt-in": {"not_self", "asked"}}
_LOOKING = {"list": set(), "read": set(), "history": set(), "search": set(), "search-name": {"case_in_hand"}}
_CHECK = {"caller-check": {"not_self", "linked_case"}}
_OWN = {"not_self"}
_HELD = ("release", "renew", "note", "link", "unlink", "pending", "solved", "reply")
_FREE = ("claim", "reopen", "closed")
_TICKETS = {
    "list": set(),
    "read": set(),
    "open": set(),
    **{name: {"not_party", "unclaimed"} for name in _FREE},
    **{name: {"not_party", "assigned"} for name in _HELD},
    **{name: {"not_party", "assigned_or_done"} for name in ("undo-reply", "resend")},
}
_LIST: dict[str, set[str]] = {"list": set(), "read": set()}
_ACCOUNTS = {"not_own_account", "fresh_sign_in"}

_OTHERS = {"not_party"}
"""Of an order that is nobody's own."""
_ORDERS = {
    "list": set(), "read": set(), "history": set(), "search": set(), "note": _OTHERS, "trouble": _OTHERS, "resolve": _OTHERS,
}  # fmt: skip
_SUMS = {"figures": set(), "export": {"fresh_sign_in"}}
_REVIEWS = {
    **_LIST,
    "claim": {"not_party", "unclaimed"},
    **{name: {"not_party", "assigned"} for name in ("release", "note", "settle")},
}
_APPLICATIONS = {
    **_LIST, "history": set(), "claim": {"not_self", "unclaimed"},
    **{name: {"not_self", "assigned"} for name in ("release", "note", "ask")}, "answered": _OWN, "withdraw": _OWN | {"not_decider"},
}  # fmt: skip
_VERDICT = {"not_self", "assigned", "not_recommender", "not_decider"}
"""Four eyes: neither who recommended nor, of a reopened one, who decided before."""
_INTAKE = {**_LIST, "history": set(), "create": set(), "appeal": _OWN, "withdraw": _OWN}
"""Of privacy requests: whoever is written to or rung up takes them in."""
_ANOTHER = _OWN | {"not_requester"}
_APPROVING = _ANOTHER | {"fresh_sign_in"}
_SECOND = {
    "undo-letter": _OWN, "posted": _OWN,  # who writes a letter takes it back, and says that it was sent
    "approve": _APPROVING, "send-back": _ANOTHER, "allow-release": _OWN | {"not_involved", "fresh_sign_in"},
    "uphold": _OWN | {"not_decider"}, "reverse": _OWN | {"not_decider"},
}  # fmt: skip
"""Neither who asks for the erasure approves it, nor who declined decides on the appeal."""
_MINE = _OWN | {"assigned"}
_AMENDING = _OWN | {"assigned_or_ended"}
_OF_CONCERNS = ("release", "note", "message", "acknowledge", "begin", "fulfil", "deny", "extend")
_OF_OTHERS = (
    "identify", "set-regime", "ask-proof", "verify", "unverifiable", "confirm", "submit", "fulfil-partly", "plan", "build-package",
    "propose", "withdraw-proposal", "apply", "told",
)  # fmt: skip
_STANDS_IN = {name: needs | {"deputy_erasure"} for name, needs in (("approve", _APPROVING), ("send-back", _ANOTHER))}
"""Whom the admin named for a day."""
_HOLDING = {"hold": _OWN, "lift-hold": _OWN | {"fresh_sign_in"}}
_GOOGLE = {**_LIST, "allow": _APPROVING, "refuse": _ANOTHER}
_CONTESTS: dict[str, set[str]] = {name: set() for name in ("list", "read", "history", "record", "figures")}
_AWARDS = {
    **_LIST, "history": set(), "claim": {"not_own_entry", "unclaimed"},
    **{name: {"not_own_entry", "assigned"} for name in ("release", "note", "notify", "ship", "award", "forfeit")},
    "undo-letter": {"not_own_entry"},  # who writes a letter takes it back
    **{name: {"not_own_entry", "assigned", "not_drawer", "not_disqualifier"} for name in ("decline", "rule-out")},  # one's word alone
}  # fmt: skip
_DECIDING = {"not_party", "not_requester"}
_GIVING = {"not_party", "recent_sign_in"}
"""Money that goes without a second person, or by one."""

ACTIONS: Mapping[str, Mapping[str, Mapping[str, set[str]]]] = {
    "users": {
        SUPPORT: {**_LOOKING, **_CHECK, **_MARKETING, "lock": _OWN, "unlock": _OWN},
        BILLING: {**_LOOKING, **_MARKETING},
        MANAGER: {**_LOOKING, **_MARKETING, "unlock": _OWN, "suspend": _OWN, "reinstate": _OWN, **_HOLDING},
        PRIVACY: {**_LOOKING, **_CHECK, **_MARKETING, **_HOLDING},
        AUDITOR: _LIST,
        SERVICE: {"ingest": set(), "contact": set()},
    },
    "tickets": dict.fromkeys(STAFF, _TICKETS),
    "orders": {
        SUPPORT: {**_ORDERS, "cancel": {"not_party", "before_service"}},
        BILLING: {**_ORDERS, **_SUMS, "search-card": set()},
        MANAGER: {**_ORDERS, **_SUMS, "cancel": _OTHERS},
        PRIVACY: {name: set() for name in ("list", "read", "history", "search")},
        AUDITOR: {"figures": set()},
        SERVICE: {"ingest": set()},
    },
    "payments": {
        SUPPORT: {**_LIST, "refund": _OTHERS},
        BILLING: {**_LIST, "refund": _GIVING},
        MANAGER: {**_LIST, "refund": _OTHERS},
        SERVICE: {"ingest": set()},
    },
    "refunds": {
        SUPPORT: _LIST,
        BILLING: {**_LIST, "approve": _DECIDING | _GIVING | {"within_limit"}, "reject": _DECIDING},
        MANAGER: {**_LIST, "approve": _DECIDING | _GIVING, "reject": _DECIDING},
        AUDITOR: _LIST,
    },
    "payouts": {**dict.fromkeys(BOOKS, _LIST), SERVICE: {"ingest": set()}},
    "payment-reviews": dict.fromkeys(BOOKS, _REVIEWS),
    "pro-applications": {
        SUPPORT: {**_APPLICATIONS, "recommend": {"not_self", "assigned"}},
        MANAGER: {
            **_APPLICATIONS, "approve": _VERDICT, "decline": _VERDICT, "reopen": {"not_self", "not_decider"}, "figures": set(),
        },
        PRIVACY: {**_LIST, "history": set()},
        AUDITOR: {"figures": set()},
        SERVICE: {"ingest": set()},
    },
    "application-documents": {
        SUPPORT: _LIST,
        MANAGER: {**_LIST, "open": {"not_self", "this_application"}},
        SERVICE: {"ingest": set()},
    },
    "reconciliations": {BILLING: {**_LIST, "import": set(), "resolve": set()}, MANAGER: _LIST},
    "privacy-requests": {
        SUPPORT: {**_INTAKE, **_STANDS_IN},
        BILLING: {**_INTAKE, **_STANDS_IN},
        MANAGER: {
            **_INTAKE, **_SECOND, "figures": set(), "claim": _OWN | {"about_privacy", "unclaimed"},
            **{name: _MINE | {"about_privacy"} for name in _OF_CONCERNS}, "amend": _AMENDING | {"about_privacy"},
        },
        PRIVACY: {
            **_INTAKE, **_SECOND, **_SUMS, "claim": _OWN | {"unclaimed"}, **dict.fromkeys((*_OF_CONCERNS, *_OF_OTHERS), _MINE),
            "amend": _AMENDING,
            "release-package": _MINE | {"second_allowed", "fresh_sign_in"},
        },
        AUDITOR: {**_LIST, **_SUMS},
        SERVICE: {"ingest": set()},
    },
    "google-access": {
        SUPPORT: _GOOGLE, BILLING: _GOOGLE,  # what a deputy may: for the others there are no rows
        MANAGER: _GOOGLE, PRIVACY: {**_GOOGLE, "create": {"not_self", "linked_case"}, "withdraw": {"requester"}}, AUDITOR: _LIST,
    },
    "campaigns": dict.fromkeys(WATCH_PRIVACY, _LIST),
    "surveys": {
        MANAGER: {
            **_LIST, **{name: set() for name in ("create", "edit", "open", "close", "figures", "texts")}, "export": {"fresh_sign_in"},
        },
        PRIVACY: _LIST, AUDITOR: _LIST, SERVICE: {"ingest": set()},
    },
    "survey-entries": {**dict.fromkeys(WATCH_PRIVACY, _LIST), SERVICE: {"ingest": set()}},
    "policy-versions": {MANAGER: _LIST, PRIVACY: {**_LIST, "create": {"fresh_sign_in"}}, AUDITOR: _LIST},
    "policy": {role: {"list": set()} for role in WATCH_PRIVACY},
    "contests": {
        MANAGER: {**_CONTESTS, **{name: set() for name in ("create", "edit", "open", "close")}, "draw": {"not_disqualifier", "fresh_sign_in"}},
        **dict.fromkeys((PRIVACY, AUDITOR), _CONTESTS),
    },
    "contest-entries": {
        MANAGER: {**_LIST, "history": set(), "disqualify": {"not_own_entry"}}, **dict.fromkeys((PRIVACY, AUDITOR), _LIST),
        SERVICE: {"ingest": set()},
    },
    "awards": {MANAGER: _AWARDS, **dict.fromkeys((PRIVACY, AUDITOR), _LIST)},
    "disclosures": dict.fromkeys((PRIVACY, AUDITOR), _LIST),
    "audit": {
        **dict.fromkeys((*STAFF, ADMIN), _LIST),
        AUDITOR: {**_LIST, "head": set(), "export": {"fresh_sign_in"}},
    },
    "employees": {
        AUDITOR: _LIST,
        ADMIN: {
            **_LIST, "create": {"fresh_sign_in"},
            **dict.fromkeys(("grant", "revoke", "name-deputy", "end-deputy", "disable", "enable"), _ACCOUNTS),
        },
    },
}  # fmt: skip
"""Resource → role → action → conditions."""
