"""Pro applications of the sample data: every pro has an approved one, others were turned down or gave up, and a morning's queue is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from console.platform_api import blind
from console.platform_api.application_marks import LACKS, SERVICE
from console.platform_api.application_tokens import tokens_of
from console.platform_api.ids import id_bytes
from console.platform_api.keys import Keys
from console.platform_api.seed_applicants import Applicants
from console.platform_api.seed_application_documents import DocumentMaker
from console.platform_api.seed_application_profiles import business_name, filled, profile
from console.platform_api.seed_application_rows import OVER, Applicant, Application, ApplicationRows, Suspension
from console.platform_api.seed_application_texts import ADVICE, ASKS, DECIDED_NOTES, ENDINGS, REPLIES, REVIEW_NOTES
from console.platform_api.seed_order_rows import DAY, HOUR, MINUTE, Ground
from console.platform_api.seed_people import PLACES, Person
from console.platform_api.seed_reviews import CaseMaker, Claim
from console.platform_api.seed_tickets import Desk
from console.platform_api.tables import ApplicationDocumentRow, ApplicationMark, ProApplicationRow
from console.platform_api.vault import OwnerKey
from console.records.pro_applications import PROFILE_NEEDED, ApplicationState, Recommendation
from console.records.reasons import REASONS
from console.records.users import SERVICES, UserState

_S = ApplicationState

OPEN_COURSES = (
    "new", "claimed", "new", "recommended", "asked", "new", "lapsed", "new", "new", "reopened", "new", "recommended", "answered", "new",
    "asked", "warned", "new", "claimed", "new", "overdue",
)  # fmt: skip
"""What happens to the open ones, one after another: `warned` is recommended to be declined, `lapsed` has a claim that ran out."""

STATES = {
    **dict.fromkeys(("new", "overdue", "answered"), _S.SUBMITTED),
    **dict.fromkeys(("claimed", "recommended", "lapsed", "warned"), _S.IN_REVIEW),
    "asked": _S.INFO_REQUESTED,
    "reopened": _S.REOPENED,
}
AGES = {
    "new": (0.02, 2.9), "overdue": (3.1, 6.0), "claimed": (0.4, 3.4), "lapsed": (1.0, 4.0), "recommended": (0.8, 3.5), "warned": (0.8, 3.5),
    "asked": (2.0, 20.0), "answered": (4.0, 9.0), "reopened": (12.0, 40.0),
}  # fmt: skip
"""Course → how many days ago it came, at least and at most."""

DECIDE = 72 * HOUR
SUBJECT = "A pro application to decide"
RECENT = 90 * DAY
"""Older ones have no case any more."""


class ApplicationMaker:
    """Makes the applications of one share; `keys` are the platform's, `owners` the people's."""

    def __init__(
        self, keys: Keys, random: Random, people: Sequence[Person], owners: Mapping[str, OwnerKey], desk: Desk, until: datetime
    ) -> None:  # fmt: skip
        self._keys, self._people, self._owners = keys, people, owners
        self._ground = Ground(random, until, desk)
        self._cases = CaseMaker(self._ground)
        self.made = ApplicationRows(cases=self._ground.made.cases)
        self._documents = DocumentMaker(self._ground, self.made)
        self._names: list[str] = []
        self._areas = {postcode: blind.postcode_token(keys, postcode) for _, postcode, _ in PLACES}

    def make(self, chosen: Applicants, first: int) -> ApplicationRows:
        """`first`: how many open ones there are before this share's, so that all courses come round."""
        for place in chosen.pros:
            self._over(place, _S.APPROVED)
        for state, places in chosen.ended.items():
            for place in places:
                self._over(place, state)
        for rank, place in enumerate(chosen.open, first):
            self._open(place, rank)
        return self.made

    # What becomes of them

    def _over(self, place: int, state: ApplicationState) -> None:
        """Decided, withdrawn or expired; a pro's right after they registered."""
        ground, applicant = self._ground, self._applicant(place)
        since = ground.until - applicant.registered
        wait = int(ground.random.random() * (2 * DAY if state is _S.APPROVED else max(since - 5 * DAY, 0)))
        received = min(applicant.registered + wait, ground.until - HOUR)
        took = 31 * DAY if state is _S.EXPIRED else 4 * HOUR + int(ground.random.random() ** 2 * 4 * DAY)
        self._end(self._draft(applicant, OVER, state, received), ground.before_now(received + took))

    def _end(self, application: Application, decided: int) -> None:
        ground, state = self._ground, application.state
        if state in (_S.APPROVED, _S.DECLINED):
            application.decided_by = self._choice(ground.desk.managers)
        application.decided = decided
        application.reason = self._reason(state)
        if ground.until - decided < RECENT and not application.applicant.erased:
            self._settled_case(application, decided)
        self._keep(application)

    def _reason(self, state: str) -> str | None:
        action = {_S.DECLINED: "decline", _S.WITHDRAWN: "withdraw"}.get(_S(state))
        return self._ground.random.choice(list(REASONS[action])) if action else None

    def _open(self, place: int, rank: int) -> None:
        """Some were turned down before, some have a business's name that is there already, in other words."""
        ground, applicant = self._ground, self._applicant(place)
        course = OPEN_COURSES[rank % len(OPEN_COURSES)]
        least, most = AGES[course]
        age = int((least + (most - least) * ground.random.random()) * DAY)
        received = max(ground.until - age, applicant.registered)
        if rank % 7 == 5 and received - applicant.registered > 60 * DAY:
            before = received - 20 * DAY - int(ground.random.random() * 30 * DAY)
            self._end(self._draft(applicant, OVER, _S.DECLINED, before), before + 2 * DAY)
        if rank % 20 == 19 and received - applicant.registered > 60 * DAY:
            self._suspended_before(applicant, received - 50 * DAY)
        application = self._draft(applicant, course, STATES[course], received)
        if rank % 10 == 8 and self._names:
            application.business_name = f"The {ground.random.choice(self._names)} Company"
        _COURSES.get(course, ApplicationMaker._nothing_yet)(self, application)
        self._keep(application)

    def _suspended_before(self, applicant: Applicant, at: int) -> None:
        random, by = self._ground.random, self._choice(self._ground.desk.managers)
        if by is not None:
            for action, later in (("suspend", 0), ("reinstate", 9 * DAY)):
                reason = random.choice(list(REASONS[action]))
                self.made.suspensions.append(Suspension(at + later, action, applicant.person.id, reason, by))

    def _nothing_yet(self, application: Application) -> None:
        """It waits for somebody to claim it."""

    def _claimed(self, application: Application) -> None:
        """By a colleague: whoever looks around as `support` or `manager` finds it taken."""
        ground = self._ground
        team = (*ground.desk.support[1:], *ground.desk.managers[1:])
        self._case(application, Claim(self._choice(team), ground.lease_until if team else None))

    def _lapsed(self, application: Application) -> None:
        ground = self._ground
        self._case(application, Claim(self._choice(ground.desk.support), ground.until - 20 * MINUTE))

    def _recommended(self, application: Application) -> None:
        """Support has looked at it and laid it down again, for a manager to decide."""
        self._advised(application, Recommendation.APPROVE)

    def _warned(self, application: Application) -> None:
        self._advised(application, Recommendation.DECLINE)

    def _advised(self, application: Application, advice: Recommendation) -> None:
        case, author = self._case(application, Claim()), self._choice(self._ground.desk.support)
        if author is not None:
            application.recommendation, application.recommended_by = str(advice), author
            self._say(application, case, "note", 40 * MINUTE, author, {"body": ADVICE[str(advice)]})

    def _asked(self, application: Application) -> None:
        """Its clock has stood still since the question."""
        ground = self._ground
        author = self._choice(ground.desk.support)
        case = self._case(application, Claim(author, ground.lease_until if author and ground.chance(0.3) else None))
        application.stopped = ground.before_now(application.received + 5 * HOUR + int(ground.random.random() * DAY))
        self._ask(application, case, author, application.stopped - application.received)

    def _answered(self, application: Application) -> None:
        """It waits again, and has as long as it stood still."""
        case, author = self._case(application, Claim()), self._choice(self._ground.desk.support)
        self._ask(application, case, author, 6 * HOUR)
        ground = self._ground
        reply = ground.random.choice(REPLIES)
        self._say(
            application, case, "in", 3 * DAY, None, {"body": filled(ground.random, application.applicant.person, reply)}
        )
        application.due += 3 * DAY - 6 * HOUR

    def _reopened(self, application: Application) -> None:
        """Somebody else decides now than did before."""
        ground = self._ground
        first, application.decided_by = application.received + 2 * DAY, self._choice(ground.desk.managers)
        application.due = ground.until - int(ground.random.random() * 2 * DAY) + DECIDE
        self._settled_case(application, first)

    # Cases

    def _case(self, application: Application, claim: Claim) -> bytes:
        """Opened by the first claim, some while after it came; with what whoever claimed it noted."""
        ground, applicant = self._ground, application.applicant
        opened = ground.before_now(application.received + 20 * MINUTE)
        links = [("pro-applications", application.id), ("users", applicant.id)]
        application.ticket = self._cases.case("application", opened, applicant, claim, None, links, SUBJECT)
        if claim.employee is not None:
            note = ground.random.choice(REVIEW_NOTES)
            self._say(application, application.ticket, "note", 30 * MINUTE, claim.employee, {"body": note})
        return application.ticket

    def _settled_case(self, application: Application, decided: int) -> None:
        """What was withdrawn was mostly never claimed."""
        ground, applicant, author = self._ground, application.applicant, application.decided_by
        if application.state in (_S.WITHDRAWN, _S.EXPIRED):
            author = self._choice(ground.desk.support)
        if author is None or (application.state == _S.WITHDRAWN and ground.chance(0.7)):
            return
        links = [("pro-applications", application.id), ("users", applicant.id)]
        opened = application.received + HOUR
        case = self._cases.case("application", opened, applicant, Claim(author), decided, links, SUBJECT)
        application.ticket = case
        ending = _S.DECLINED if application.state == _S.REOPENED else application.state
        if ending in DECIDED_NOTES:
            took, (subject, body) = decided - application.received, ENDINGS[ending]
            self._say(application, case, "note", took, author, {"body": ground.random.choice(DECIDED_NOTES[ending])})
            self._say(application, case, "out", took, author, {"subject": subject, "body": body})

    def _ask(self, application: Application, case: bytes, author: str | None, after: int) -> None:
        if author is not None:
            subject, body = self._ground.random.choice(ASKS)
            self._say(application, case, "out", after, author, {"subject": subject, "body": body})

    def _say(
        self, application: Application, case: bytes, kind: str, after: int, author: str | None, texts: Mapping[str, str]
    ) -> None:
        at = self._ground.before_now(application.received + after)
        self._cases.message(self._ground.id(at), case, kind, at, application.applicant, author, texts)

    # Rows

    def _applicant(self, place: int) -> Applicant:
        person = self._people[place]
        return Applicant(person, self._owners[person.id], erased=person.state == UserState.ERASED)

    def _draft(self, applicant: Applicant, course: str, state: ApplicationState, received: int) -> Application:
        ground = self._ground
        offered = ground.random.sample(SERVICES, ground.random.choice((1, 1, 1, 2, 2, 3)))
        return Application(
            applicant, course, str(state), received, received + DECIDE, ground.id(received),
            tuple(name for name in SERVICES if name in offered), business_name(ground.random, applicant.person),
            complete=state is _S.APPROVED or course in ("recommended", "claimed") or (course == "new" and ground.chance(0.6)),
        )  # fmt: skip

    def _keep(self, application: Application) -> None:
        ground, applicant = self._ground, application.applicant
        texts = self._texts(application)
        sealed = None if applicant.erased else ground.seal(
            applicant.key, "pro-applications", application.id, "profile", application.received, texts
        )  # fmt: skip
        by, recommender = (who and id_bytes(who) for who in (application.decided_by, application.recommended_by))
        self.made.rows[ProApplicationRow].append((
            0, application.id, f"application-{application.id.hex()}", 1, application.state, applicant.id, application.received,
            application.due, application.stopped, application.ticket, self._area_token(texts.get("postcode")),
            application.recommendation, recommender, application.decided, by, application.reason, sealed,
        ))  # fmt: skip
        lacking = () if applicant.erased else [name for name in PROFILE_NEEDED if texts.get(name) is None]
        marks = [*(SERVICE + name for name in application.services), *(LACKS + name for name in lacking)]
        self.made.rows[ApplicationMark] += [(mark, application.id) for mark in marks]
        self._documents.make(application)
        if not applicant.erased:
            self._names.append(application.business_name)
            self._index(application)

    def _index(self, application: Application) -> None:
        """What likely duplicates are found by, under the applicant."""
        person = application.applicant.person
        found = tokens_of(
            self._keys, street=person.street, postcode=person.postcode, business_name=application.business_name
        )
        self.made.blind |= {(token, application.applicant.id) for token in found}

    def _texts(self, application: Application) -> dict[str, str | None]:
        person = application.applicant.person
        if application.applicant.erased:
            return {}
        return profile(self._ground.random, person, application.business_name, complete=application.complete)

    def _area_token(self, postcode: str | None) -> int | None:
        if postcode is None:
            return None
        return self._areas[postcode] if postcode in self._areas else blind.postcode_token(self._keys, postcode)

    def _choice(self, team: tuple[str, ...]) -> str | None:
        return self._ground.random.choice(team) if team else None


_COURSES = {
    "claimed": ApplicationMaker._claimed,
    "lapsed": ApplicationMaker._lapsed,
    "recommended": ApplicationMaker._recommended,
    "warned": ApplicationMaker._warned,
    "asked": ApplicationMaker._asked,
    "answered": ApplicationMaker._answered,
    "reopened": ApplicationMaker._reopened,
}
"""What happens to an open application, by its course."""


def number_rows(made: ApplicationRows, place: int, step: int) -> None:
    """Numbers rise with time within a share; every share's stand apart from the others'."""
    for model, moment in ((ProApplicationRow, 6), (ApplicationDocumentRow, 8)):
        rows = sorted(made.rows[model], key=lambda row: (row[moment], row[1]))
        made.rows[model] = [(place + 1 + rank * step, *row[1:]) for rank, row in enumerate(rows)]
