"""What nobody asks for and is due all the same: looked for each minute, each of it safe to find twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, select

from console.platform_api import (
    award_purge_job,
    contest_clock,
    contest_purge_job,
    entry_leaving,
    erasure_keeps,
    jobs,
    payout_work,
    survey_count_job,
    survey_purge_job,
    webhooks,
)
from console.platform_api.access_package import taking
from console.platform_api.application_clock import expire_unanswered
from console.platform_api.desk import Desk
from console.platform_api.document_tasks import raise_tasks
from console.platform_api.jobs import Job
from console.platform_api.presence import forget_lapsed
from console.platform_api.privacy_letter_reminders import remind_of_letters
from console.platform_api.privacy_purge import purge
from console.platform_api.privacy_reminders import remind
from console.platform_api.processors.built_in import BuiltIn
from console.platform_api.processors.secrets import webhook_secret
from console.platform_api.processors.signatures import sign
from console.platform_api.review_work import open_review
from console.platform_api.tables import (
    ContestRow,
    PaymentRow,
    RefundRow,
    WebhookEvent,
    table,
)
from console.platform_api.transaction import Transaction
from console.records.contests import ContestState
from console.records.payment_reviews import ReviewKind
from console.records.payments import PaymentState
from console.records.refunds import RefundState

log = logging.getLogger("petworks.work")

AT_ONCE = 100
SILENT_AFTER, SILENT_UNTIL = timedelta(hours=1), timedelta(days=8)
"""A payment on its way that nobody has told us about for so long is asked for, once a day; after eight days it is reconciliation's."""

SILENT = "silent"
"""The kind of event that such a question is remembered as."""

EVENTS_KEPT = timedelta(days=30)
"""Ten times as long as a processor goes on sending one."""

_contests = table(ContestRow)
_refunds, _payments, _events = table(RefundRow), table(PaymentRow), table(WebhookEvent)


def _start_refunds(work: Transaction) -> None:
    """`approved` is the outbox: what stands in it has its job, whoever put it there; and so has what was cut off."""
    unfinished = _refunds.c.state.in_((RefundState.APPROVED, RefundState.PROCESSING))
    found = {
        f"refund:{refund}": refund
        for refund in work.connection.execute(select(_refunds.c.id).where(unfinished)).scalars()
    }
    if found:
        marks = select(jobs.jobs.c.mark).where(jobs.jobs.c.kind == "refund")
        for mark in set(found) - set(work.connection.execute(marks).scalars()):
            jobs.enqueue(work, "refund", mark, {"refund": found[mark]})


def _start_purges(work: Transaction) -> None:
    """What is awarded or has lapsed is the outbox of the purge, and so is a prize that ended: neither waits for a job that got lost.

    What is held starts nothing until the hold is lifted."""
    done = _contests.c.state.in_((str(ContestState.AWARDED), str(ContestState.LAPSED)))
    over = done, _contests.c.purged.is_(None), _contests.c.task.is_(None)
    for name, found in (("contest", select(_contests.c.id).where(*over)), ("award", award_purge_job.due(work))):
        for record in work.connection.execute(found.limit(AT_ONCE)).scalars().all():
            if name == "contest" and not contest_purge_job.is_due(work, record):
                continue
            jobs.enqueue(work, f"{name}-purge", f"{name}-purge:{record}", {name: record})


def _ask_for_silent(work: Transaction) -> None:
    on_the_way = _payments.c.state.in_((PaymentState.PENDING, PaymentState.AUTHORIZED))
    since = _payments.c.created.between(work.now - SILENT_UNTIL, work.now - SILENT_AFTER)
    columns = select(_payments.c.id, _payments.c.processor_reference)
    silent = columns.where(on_the_way, since, _payments.c.processor_reference.is_not(None))
    wanted = {f"silent:{payment}:{work.now.date()}": token for payment, token in work.connection.execute(silent)}
    asked = select(_events.c.id).where(_events.c.kind == SILENT, _events.c.at >= work.now - SILENT_UNTIL)
    fresh = set(wanted) - set(work.connection.execute(asked).scalars()) if wanted else set()
    for mark in sorted(fresh)[:AT_ONCE]:
        if webhooks.is_news(work, mark, SILENT):
            jobs.enqueue(work, "sync", mark, {"payment_intent": wanted[mark]})


def _put_in_force(work: Transaction) -> None:
    payout_work.put_in_force(work, work.now)


def _forget_events(work: Transaction) -> None:
    work.connection.execute(delete(_events).where(_events.c.at < work.now - EVENTS_KEPT))


PARTS: tuple[Callable[[Transaction], None], ...] = (
    _start_refunds,
    _ask_for_silent,
    _put_in_force,
    _forget_events,
    forget_lapsed,
    raise_tasks,
    expire_unanswered,
    erasure_keeps.expire,
    taking.expire,
    remind,
    remind_of_letters,
    purge,
    survey_count_job.sweep,
    survey_purge_job.sweep,
    contest_clock.sweep,
    entry_leaving.sweep,
    _start_purges,
)
"""Each is a transaction of its own."""


# The simulator's webhooks


def waiting_webhooks(desk: Desk) -> list[tuple[int, bytes]]:
    """What the simulator has to tell: place and body."""
    return desk.processor.waiting() if isinstance(desk.processor, BuiltIn) else []


def deliver_webhook(desk: Desk, place: int, body: bytes) -> None:
    """Hands it over as the route would: signed, checked, remembered."""
    processor, platform = desk.processor, desk.platform
    assert isinstance(processor, BuiltIn)
    secret = webhook_secret(platform.data, make=True)
    webhooks.take(platform, body, sign(body, secret, platform.clock()))
    processor.taken(place)


# What has been tried too often


STUCK_ON = {
    "refund": "refunds", "suspension": "users", "mail": "tickets", "erasure": "privacy-requests", "package": "privacy-requests",
    "rewrap": "users", **dict.fromkeys(("survey-count", "survey-purge"), "surveys"),
    **dict.fromkeys(("contest-close", "contest-draw", "contest-purge"), "contests"), "award-purge": "awards",
}  # fmt: skip
"""Kind of a job → what its row on the log is about; all others are about payments."""

STUCK_RECORD = ("refund", "payment", "request", "survey", "contest", "award")
"""Which of a job's ids its row on the log names: the first that it has."""


def say_stuck(work: Transaction, job: Job, code: str) -> None:
    """On the log, to whoever watches the worker, and for a refund among the payments to review. It goes on being tried each hour."""
    record = next((job.ids[name] for name in STUCK_RECORD if name in job.ids), None)
    user, details = job.ids.get("user"), {"kind": job.kind, "code": code, "attempts": job.attempts}
    resource = STUCK_ON.get(job.kind, "payments")
    stuck = work.entry(resource, "stuck", person=user, record=record, details=details)
    work.entries.append(replace(stuck, outcome="failed"))
    log.error("A %s job has been tried %s times in vain: %s. It is tried each hour.", job.kind, job.attempts, code)
    row = work.lock(_refunds, job.ids["refund"]) if job.kind == "refund" else None
    if row is not None:
        open_review(
            work, ReviewKind.MISMATCHED, f"stuck:{row.id}", person=row.payer, order=row.order_id, payment=row.payment,
            refund=row.id, amount=row.amount, currency=row.currency, rule="refund_stuck",
        )  # fmt: skip
