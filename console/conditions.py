"""The named conditions of the access table: what they look at, when they hold, and the sentence an employee reads when they don't.

A new one also needs its SQL clause in `platform_api/clauses.py`; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.records.employees import Purpose, Role
from console.records.orders import BEFORE_SERVICE as BEFORE_SERVICE_STATES
from console.records.privacy_requests import ENDED
from console.records.tickets import WORKABLE

FRESH = timedelta(minutes=5)
"""How long a password sign-in counts as fresh."""

RECENT = timedelta(minutes=30)
"""How long one sign-in covers refunds."""


@dataclass(frozen=True)
class Case:
    """The case in hand as it stands in the database now."""

    id: str
    state: str
    assignee: str | None
    lease_until: datetime | None
    self_opened: bool
    links: frozenset[tuple[str, str]] = frozenset()
    matched: frozenset[tuple[str, str]] = frozenset()
    """(person, field) of every caller check that matched."""
    concerns: frozenset[tuple[str, str]] = frozenset()
    """(resource, person): whom the orders, payments and payout changes are about that it is linked to."""


@dataclass(frozen=True)
class Facts:
    """All that a condition may look at. `person` is whom the record is about, `own_person` who the employee is on the marketplace.

    `parties` are all persons that an order, its money or a ticket concerns. `amount` and `limit` are in minor units of the same currency: what
    a refund is for, and what the employee may still give back by themself today.
    """

    employee: str
    now: datetime
    signed_in: datetime
    own_person: str | None = None
    record: str | None = None
    person: str | None = None
    assignee: str | None = None
    lease_until: datetime | None = None
    links: frozenset[tuple[str, str]] = frozenset()
    actor: str | None = None
    actor_role: str | None = None
    told: str | None = None
    """Who an entry of the log says was told of it."""
    about: str | None = None
    asked_person: str | None = None
    parties: frozenset[str] = frozenset()
    state: str | None = None
    requester: str | None = None
    application: str | None = None
    recommender: str | None = None
    decider: str | None = None
    amount: int | None = None
    limit: int | None = None
    named: frozenset[str] = frozenset()
    """Employees whom a concern names: this one, or the one that a ticket holds or an entry of the log is about."""
    about_privacy: bool = False
    deputy_for: frozenset[str] = frozenset()
    """What the admin named this employee for, to stand in as the second person."""
    drawer: str | None = None
    """Who drew the contest that a prize is of."""
    disqualifiers: frozenset[str] = frozenset()
    """Employees who took entries out of this contest, or of the one that a prize is of."""
    own_entry: bool = False
    """Whether the entry of a contest that it is about is the employee's own."""
    involved: frozenset[str] = frozenset()
    """Who took a request in, found it proven, or changed where it is answered to."""
    second: str | None = None
    """Why the package of a request takes a second person, if it does."""
    allowed_by: str | None = None
    """Who that was."""
    google_allowed: bool = False
    """Whether a second person allowed this employee the values from Google of this person, for the case in hand."""
    changing: frozenset[str] = frozenset()
    case: Case | None = None


@dataclass(frozen=True)
class Condition:
    """A named predicate on facts, and the sentence that an employee reads when it does not hold."""

    name: str
    sentence: str
    holds: Callable[[Facts], bool] = field(compare=False)


_TEAM = frozenset({Role.SUPPORT, Role.BILLING})
"""Whose work a manager sees in the log."""


def _leased(assignee: str | None, until: datetime | None, facts: Facts) -> bool:
    return assignee == facts.employee and until is not None and until > facts.now


def _in_hand(facts: Facts) -> bool:
    case = facts.case
    return case is not None and case.state in WORKABLE and _leased(case.assignee, case.lease_until, facts)


def _linked(facts: Facts) -> bool:
    """A case about the employee themself opens nobody: neither them nor whom they have to do with."""
    links = facts.case.links if _in_hand(facts) and facts.case is not None else frozenset()
    return ("users", facts.person or "") in links and ("users", facts.own_person or "") not in links


def _about(*resources: str) -> Callable[[Facts], bool]:
    def holds(facts: Facts) -> bool:
        concerns = facts.case.concerns if _linked(facts) and facts.case is not None else frozenset()
        return any((resource, facts.person) in concerns for resource in resources)

    return holds


def _two_checks(facts: Facts) -> bool:
    if facts.case is None or facts.person is None:
        return False
    proven = {name for person, name in facts.case.matched if person == facts.person}
    return len(proven - facts.changing) >= 2


def _unclaimed(facts: Facts) -> bool:
    if facts.assignee in (None, facts.employee):
        return True
    return facts.lease_until is None or facts.lease_until <= facts.now


def _backed(facts: Facts) -> bool:
    """Somebody else stands behind the case in hand: no employee made it up alone."""
    return _in_hand(facts) and facts.case is not None and not facts.case.self_opened


def _this_order(facts: Facts) -> bool:
    return _backed(facts) and facts.case is not None and ("orders", facts.record or "") in facts.case.links


def _this_award(facts: Facts) -> bool:
    return _backed(facts) and facts.case is not None and ("awards", facts.record or "") in facts.case.links


def _this_application(facts: Facts) -> bool:
    return (
        _backed(facts)
        and facts.case is not None
        and facts.application is not None
        and ("pro-applications", facts.application) in facts.case.links
    )


CASE_IN_HAND = Condition("case_in_hand", "Needs a case in hand: claim a ticket and take it with t.", _in_hand)
LINKED_CASE = Condition("linked_case", "Needs a case in hand that is linked to this person, and not to you.", _linked)
ORDER_CASE = Condition(
    "order_case",
    "Needs a case about an order of this person, not a ticket that an employee opened alone.",
    lambda facts: _backed(facts) and _about("orders")(facts),
)
PAYMENT_CASE = Condition(
    "payment_case", "Needs a case about an order or a payment of this person.", _about("orders", "payments", "payouts")
)
DECISION_CASE = Condition(
    "decision_case",
    "Needs a case about an application, an order or an award.",
    _about("pro-applications", "orders", "contests"),
)
TWO_CHECKS = Condition("two_checks", "Needs two matched caller checks on other values of this person.", _two_checks)
ASKED = Condition(
    "asked",
    "Only the person's own request clears an opt-out: needs a case in which they asked.",
    lambda facts: _backed(facts) and _linked(facts),
)
NOT_SELF = Condition(
    "not_self",
    "Nobody acts on their own record.",
    lambda facts: facts.own_person is None or facts.person != facts.own_person,
)
ASSIGNED = Condition(
    "assigned", "Needs your claim: t takes it.", lambda facts: _leased(facts.assignee, facts.lease_until, facts)
)
ASSIGNED_OR_DONE = Condition(
    "assigned_or_done",
    "Needs your claim as long as it is worked on: t takes it.",
    lambda facts: _leased(facts.assignee, facts.lease_until, facts) or facts.state not in WORKABLE,
)
ASSIGNED_OR_ENDED = Condition(
    "assigned_or_ended",
    "Needs your claim until it has ended: t takes it.",
    lambda facts: _leased(facts.assignee, facts.lease_until, facts) or facts.state in ENDED,
)
UNCLAIMED = Condition("unclaimed", "Somebody else is working on it.", _unclaimed)
ORDER_LINKED = Condition(
    "order_linked", "Only tickets linked to orders.", lambda facts: any(link[0] == "orders" for link in facts.links)
)
OWN_ENTRIES = Condition("own_entries", "Only your own entries.", lambda facts: facts.actor == facts.employee)
TEAM_ENTRIES = Condition(
    "team_entries",
    "Only support's and billing's entries, and what managers are told.",
    lambda facts: facts.told == "manager" or bool(_TEAM & set((facts.actor_role or "").split("+"))),
)
ONE_PERSON = Condition(
    "one_person",
    "Only entries about one person: name the person.",
    lambda facts: facts.asked_person is not None and facts.person == facts.asked_person,
)
GRANT_ENTRIES = Condition("grant_entries", "Only entries about roles.", lambda facts: facts.about == "employees")
NOT_OWN_ACCOUNT = Condition(
    "not_own_account", "Nobody changes their own account.", lambda facts: facts.record != facts.employee
)
FRESH_SIGN_IN = Condition(
    "fresh_sign_in",
    "Sign in again: the last password is older than 5 minutes.",
    lambda facts: facts.signed_in + FRESH > facts.now,
)
RECENT_SIGN_IN = Condition(
    "recent_sign_in",
    "Sign in again: the last password is older than 30 minutes.",
    lambda facts: facts.signed_in + RECENT > facts.now,
)
PEOPLES_CASE = Condition(
    "peoples_case",
    "Payment reviews are billing's, awards are managers', and privacy's cases are opened by their requests.",
    lambda facts: facts.about not in ("award", "review", "privacy"),
)
NOT_PRIVACYS = Condition(
    "not_privacys", "Privacy's cases are opened by their requests.", lambda facts: facts.about != "privacy"
)
NOT_NAMED = Condition(
    "not_named", "It concerns you: others work on it.", lambda facts: facts.employee not in facts.named
)
FOR_PRIVACY = Condition(
    "for_privacy",
    "It concerns privacy itself: a manager works on it.",
    lambda facts: facts.employee not in facts.named and not facts.about_privacy,
)
TICKET_NOT_NAMED = Condition(
    "ticket_not_named", "It holds a concern that names you: others work on it.", NOT_NAMED.holds
)
TICKET_FOR_PRIVACY = Condition(
    "ticket_for_privacy", "It holds a concern about privacy itself: a manager works on it.", FOR_PRIVACY.holds
)
ENTRY_NOT_NAMED = Condition("entry_not_named", "It is about a concern that names you.", NOT_NAMED.holds)
ENTRY_FOR_PRIVACY = Condition("entry_for_privacy", "It is about a concern about privacy itself.", FOR_PRIVACY.holds)
ABOUT_PRIVACY = Condition(
    "about_privacy",
    "Privacy works on this: a manager does where it concerns privacy.",
    lambda facts: facts.about_privacy,
)
DEPUTY_ERASURE = Condition(
    "deputy_erasure",
    "A manager or a privacy officer decides, or a deputy whom the admin named for erasures, for a day.",
    lambda facts: Purpose.ERASURE in facts.deputy_for,
)
DEPUTY_GOOGLE = Condition(
    "deputy_google",
    "Only a deputy whom the admin named for values from Google, for a day.",
    lambda facts: Purpose.GOOGLE in facts.deputy_for,
)
GOOGLE_ALLOWED = Condition(
    "google_allowed",
    "Needs consent, a security case or a legal demand, and a second person who allowed it for this case.",
    lambda facts: facts.google_allowed,
)
THIS_ORDER = Condition(
    "this_order",
    "Needs a case in hand that is linked to this order, not a ticket that an employee opened alone.",
    _this_order,
)
NOT_PARTY = Condition(
    "not_party", "Nobody acts on an order or a case of their own.", lambda facts: facts.own_person not in facts.parties
)
BEFORE_SERVICE = Condition(
    "before_service",
    "Once the service has begun, a manager cancels.",
    lambda facts: facts.state in BEFORE_SERVICE_STATES,
)
NOT_REQUESTER = Condition(
    "not_requester",
    "You asked for it yourself: somebody else decides.",
    lambda facts: facts.requester != facts.employee,
)
REQUESTER = Condition(
    "requester",
    "Only who asked for it withdraws it.",
    lambda facts: facts.requester == facts.employee,
)
THIS_APPLICATION = Condition(
    "this_application",
    "Needs this application's case in hand: claim the application, and take it with t.",
    _this_application,
)
THIS_AWARD = Condition(
    "this_award", "Needs this award's case in hand: claim the award, and take it with t.", _this_award
)
NOT_OWN_ENTRY = Condition("not_own_entry", "Nobody acts on an entry of their own.", lambda facts: not facts.own_entry)
NOT_DISQUALIFIER = Condition(
    "not_disqualifier",
    "You took entries out of this contest: another manager does it.",
    lambda facts: facts.employee not in facts.disqualifiers,
)
NOT_DRAWER = Condition(
    "not_drawer", "You drew this contest: another manager does it.", lambda facts: facts.drawer != facts.employee
)
NOT_RECOMMENDER = Condition(
    "not_recommender",
    "You recommended it yourself: another person decides.",
    lambda facts: facts.recommender != facts.employee,
)
NOT_INVOLVED = Condition(
    "not_involved",
    "You took it in, compared what they said, changed the address, or work on it: another person allows it.",
    lambda facts: facts.employee not in facts.involved and not _leased(facts.assignee, facts.lease_until, facts),
)
SECOND_ALLOWED = Condition(
    "second_allowed",
    "It goes to an address that isn't the person's own, or who checked the proof had looked the person up: another person allows it first.",
    lambda facts: facts.second is None or facts.allowed_by not in (None, facts.employee),
)
NOT_DECIDER = Condition(
    "not_decider",
    "You decided it before: somebody else does now.",
    lambda facts: facts.decider != facts.employee,
)
WITHIN_LIMIT = Condition(
    "within_limit",
    "It is above what you may refund by yourself: a manager decides.",
    lambda facts: facts.amount is not None and facts.limit is not None and facts.amount <= facts.limit,
)
SIGN_IN_AGAIN = frozenset({FRESH_SIGN_IN, RECENT_SIGN_IN})
"""Conditions that the employee can mend by giving the password."""

OF_CLAIMS = frozenset({ASSIGNED.name, ASSIGNED_OR_ENDED.name, UNCLAIMED.name})
"""Names of those that hold for whoever has claimed the record, until somebody else has or it is done."""

CONDITIONS = {
    condition.name: condition
    for condition in (
        CASE_IN_HAND, LINKED_CASE, ORDER_CASE, PAYMENT_CASE, DECISION_CASE, TWO_CHECKS, ASKED, NOT_SELF, ASSIGNED, UNCLAIMED,
        ORDER_LINKED, OWN_ENTRIES, TEAM_ENTRIES, ONE_PERSON, GRANT_ENTRIES, NOT_OWN_ACCOUNT, FRESH_SIGN_IN, RECENT_SIGN_IN,
        PEOPLES_CASE, NOT_PRIVACYS, NOT_NAMED, FOR_PRIVACY, TICKET_NOT_NAMED, TICKET_FOR_PRIVACY,
        ENTRY_NOT_NAMED, ENTRY_FOR_PRIVACY, ABOUT_PRIVACY, DEPUTY_ERASURE, DEPUTY_GOOGLE, GOOGLE_ALLOWED,
        THIS_ORDER, NOT_PARTY, BEFORE_SERVICE, NOT_REQUESTER, REQUESTER, WITHIN_LIMIT, THIS_APPLICATION,
        NOT_RECOMMENDER, NOT_DECIDER, NOT_INVOLVED, SECOND_ALLOWED, ASSIGNED_OR_DONE, ASSIGNED_OR_ENDED, THIS_AWARD, NOT_OWN_ENTRY,
        NOT_DISQUALIFIER, NOT_DRAWER,
    )
}  # fmt: skip
"""The closed set."""
