"""Changing what the asker gave after intake: their name, the address to answer to, what shows an agent's authority (decision 0038).

Who changes where the answer goes could divert it, so a proof doesn't outlive the address that it was given with, nor the authority. What
stood there before is kept nowhere; the log has which fields changed, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select, update

from console.platform_api import claim_work
from console.platform_api.access_package import parts
from console.platform_api.access_package.building import BUILT
from console.platform_api.access_package.releasing import RELEASED
from console.platform_api.documents import Value, dump, load
from console.platform_api.guard import Ask
from console.platform_api.mail import mails
from console.platform_api.privacy_alike import asker_token
from console.platform_api.privacy_amended import ADDRESS, AUTHORITY
from console.platform_api.privacy_letters import email_or_none
from console.platform_api.privacy_request_work import Why, moved, worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import Conflict, Invalid
from console.platform_api.projection import open_document
from console.platform_api.store import Answer, Write, act
from console.platform_api.vault import OwnerKey
from console.records.privacy_requests import DECLINED, ENDED, RESOURCE, RequestState
from console.records.record import Category, categories
from console.records.tickets import LOST, MailState
from console.records.users import Source

_S = RequestState

Given = Mapping[str, str | None]
"""Field → what stands there from now on; None: nothing."""

THREAD = "sealed_thread"

PURGED = "What was personal in it is purged: nothing can be done with it any more."
ON_ITS_WAY = "A letter is on its way to where it was answered to: take it back, or wait until it has gone."
SHOWS_NOTHING = "It has ended: an authority shows nothing any more."


def amend(ask: Ask, named: str, given: Given, why: Why) -> Answer:
    """Beside the record: whether a proof was taken back by it. The clock stays as it was."""

    def change(write: Write) -> None:
        changes = _put(write, given)
        if write.row.state not in ENDED:
            claim_work.add_text(write, worked_on(write), why.text)
        _forget_package(write)
        if ADDRESS in changes:
            _readdress(write, str(given[ADDRESS]))
        write.reason, write.reason_text = why.reason, why.text
        back = _take_back(write, changes)
        write.details["proof_taken_back"] = back
        write.beside = {"proof_taken_back": back}

    return act(ask, REQUESTS, named, change)


# What stands there


def _put(write: Write, given: Given) -> frozenset[str]:
    """Into the documents; the fields that are others by it. History and log have their names and no values."""
    key = write.ask.platform.vault.keys_of([write.row.id]).get(write.row.id)
    if key is None:
        raise Conflict(PURGED)
    kinds, changed = categories(REQUESTS.record), frozenset[str]()
    for category in (Category.CONTACT, Category.THREAD):
        mine = {name: text for name, text in given.items() if kinds[name] is category}
        changed |= _reseal(write, key, category, mine)
    if not changed:
        raise Invalid(
            "Nothing is changed by it.", errors=[{"where": min(given), "what": "is what stands there already"}]
        )
    if AUTHORITY in changed:
        _refuse_authority(write.row)
        _forget_in_letters(write)
    write.changed |= dict.fromkeys(sorted(changed), (None, None))
    return changed


def _reseal(write: Write, key: OwnerKey, category: Category, given: Given) -> frozenset[str]:
    texts = dict(open_document(REQUESTS, write.row, category, key))
    before = {name: texts[name].value if name in texts else None for name in given}
    changed = frozenset(name for name, text in given.items() if text != before[name])
    for name in changed:
        texts.pop(name, None)
        if (text := given[name]) is not None:
            texts[name] = Value(text, Source.EMPLOYEE, write.ask.now)
    if changed:
        sealed = key.seal(RESOURCE, write.row.id, str(category), dump(texts)) if texts else None
        write.values[f"sealed_{category}"] = sealed
    return changed


def _refuse_authority(row: Row[Any]) -> None:
    if not row.agent:
        raise Invalid("No agent asks.", errors=[{"where": AUTHORITY, "what": "is an agent's"}])
    if row.state in ENDED:
        raise Conflict(SHOWS_NOTHING)


def _forget_in_letters(write: Write) -> None:
    """What a letter would bring back with its decision has the old authority in it. It can't be taken back any more: see `letter_hinders`."""
    for letter in _letters(write):
        columns = (letter.effects or {}).get("columns", {})
        if THREAD in columns:
            effects = {**letter.effects, "columns": {**columns, THREAD: [None, ""]}}
            write.connection.execute(update(mails).where(mails.c.id == letter.id).values(effects=effects))


def _forget_package(write: Write) -> None:
    """It says what stood there before, and its link may lie in a letter that is sent again. One that can be taken hinders all of this, see
    `privacy_hinders`; one that was taken stays on the record."""
    package = parts.package_of(write.connection, write.row.id)
    if package is not None and package.state in (BUILT, RELEASED):
        parts.forget(write.connection, write.row.id)
        write.details["package"] = package.state


# Where letters go


def _readdress(write: Write, address: str) -> None:
    """What reached nobody goes there when it is sent again; if mail can't go there, it waits to be printed."""
    write.values["asker_token"] = asker_token(write.ask.platform.keys, address)
    letters = _letters(write)
    if any(_is_on_its_way(write, letter) for letter in letters):
        raise Conflict(ON_ITS_WAY)
    lost = [letter for letter in letters if letter.state in LOST and letter.sealed_thread is not None]
    for letter in lost:
        _send_there(write, letter, email_or_none(address))
    write.details |= {"letters": len(lost)} if lost else {}


def _letters(write: Write) -> Sequence[Row[Any]]:
    """All that haven't gone, nobody else's until this is done."""
    gone = mails.c.state.in_((MailState.SENT, MailState.UNDONE))
    mine = select(mails).where(mails.c.request == write.row.id, ~gone).order_by(mails.c.id)
    return write.connection.execute(mine.with_for_update()).all()


def _is_on_its_way(write: Write, letter: Row[Any]) -> bool:
    """Also one by post that can still be taken back: with it the request would be as it was, but for the address."""
    can_be_undone = letter.state == MailState.TO_POST and write.ask.now < letter.due
    return letter.state in (MailState.WAITING, MailState.SENDING) or can_be_undone


def _send_there(write: Write, letter: Row[Any], address: str | None) -> None:
    key = write.ask.platform.vault.keys_of([write.row.id])[write.row.id]
    place = ("mail", letter.id, str(Category.THREAD))
    texts = dict(load(key.open(*place, bytes(letter.sealed_thread))))
    texts.pop("address", None)
    values: dict[str, Any] = {} if address else {"state": str(MailState.TO_POST), "failure": None}
    if address:
        texts["address"] = Value(address, Source.EMPLOYEE, write.ask.now)
    sealed = key.seal(*place, dump(texts))
    write.connection.execute(update(mails).where(mails.c.id == letter.id).values(sealed_thread=sealed, **values))


# The proof


def _take_back(write: Write, changes: frozenset[str]) -> bool:
    """Whether there was one, or could have been without anything from the person. What has ended for good keeps the record of its proof."""
    row = write.row
    if row.state in ENDED and row.state not in DECLINED:
        return False
    address = ADDRESS in changes
    if not (address or AUTHORITY in changes) or not (row.verified or (address and row.signed_in)):
        return False
    write.values |= {"verified": None, "verified_by": None, "points": 0, "verifier": None}
    if address:
        write.values["signed_in"] = False  # who was signed in didn't ask for it to be answered there
    state = _before_proof(row)
    if state != row.state:
        moved(write, state)
    return True


def _before_proof(row: Row[Any]) -> RequestState:
    """As intake, and what was told to the asker since, leave it. What is decided or appealed stays that, and is proven anew if it is
    decided anew."""
    if row.state not in (_S.VERIFIED, _S.IN_PROGRESS) or row.verified is None:
        return RequestState(row.state)
    if row.appeal_due is not None:
        return _S.REVERSED
    return _S.ACKNOWLEDGED if row.acknowledged is not None else _S.RECEIVED
