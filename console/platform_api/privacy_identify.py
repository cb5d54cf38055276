"""Saying whom a privacy request is about. What follows from it follows at once: the regime that is proposed, and an opt-out's effect."""

from __future__ import annotations

from console.conditions import NOT_SELF
from console.platform_api.guard import Ask
from console.platform_api.numbers import numbers_of
from console.platform_api.privacy_intake import found_person
from console.platform_api.privacy_opt_out import apply_opt_out, users
from console.platform_api.privacy_regime import proposed
from console.platform_api.privacy_request_work import linked_to, moved, regime_set, worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import NotAllowed
from console.platform_api.reveal import end_grants_of_case
from console.platform_api.store import Answer, Write, act
from console.records.privacy_requests import Kind, RequestState


def identify(ask: Ask, named: str, person: str | None) -> Answer:
    """None: it is somebody whom we don't know, or it isn't known any more who. What was looked at for another is hidden."""

    def change(write: Write) -> None:
        found = found_person(write.others, person)
        if found is not None and found == ask.actor.person:
            raise NotAllowed(NOT_SELF.sentence, conditions=[NOT_SELF.name])
        _say(write, found)

    return act(ask, REQUESTS, named, change)


def _say(write: Write, person: str | None) -> None:
    row = write.row
    works = row.kind == Kind.OPT_OUT and person is not None
    if works and person is not None:
        apply_opt_out(write.others, person, row.topics, row.channel, REQUESTS.name_of(row))
    case = worked_on(write)
    linked_to(write, case, person)
    end_grants_of_case(write.connection, case.id, write.ask.now)
    write.values["person"] = person
    write.changed["person"] = _numbers(write, row.person, person)
    if row.regime_reason is None:
        regime_set(write, proposed(write.ask.platform, write.connection, row.kind, person), None)
    if works:
        moved(write, RequestState.EFFECTIVE)


def _numbers(write: Write, before: str | None, after: str | None) -> tuple[str | None, str | None]:
    known = numbers_of(write.connection, users, "U", [before, after])
    return known.get(before or ""), known.get(after or "")
