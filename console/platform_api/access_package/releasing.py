"""Building a package and releasing it: by whoever works on the request, who sees counts and a hash and never what is in it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from console.platform_api import jobs
from console.platform_api.access_package import sealing
from console.platform_api.access_package.building import BUILDING, BUILT, JOB, mark_of, owner_of
from console.platform_api.access_package.parts import forget, package_of, packages
from console.platform_api.access_package.second_person import MOVED, has_moved, terms_of
from console.platform_api.documents import Value, dump, load
from console.platform_api.guard import Ask
from console.platform_api.mail import Letter, mails
from console.platform_api.platform import Platform
from console.platform_api.privacy_letters import address_of, send
from console.platform_api.privacy_request_work import worked_on
from console.platform_api.privacy_requests import REQUESTS
from console.platform_api.problems import Conflict
from console.platform_api.store import Answer, Write, act
from console.platform_api.vault import OwnerKey
from console.records.record import Category
from console.records.users import Source

RELEASED, TAKEN, LOCKED = "released", "taken", "locked"

KEPT = timedelta(days=14)
"""How long the link opens."""

LINK = "$link"
"""Where the link goes in the letter; without it, it goes to the end."""

HERE = "http://127.0.0.1:8000"
"""Where a platform for trying out stands."""

UNSEEN = "(the link stands in the mail alone)"
"""What stands in its place in the thread, which employees read."""


def build(ask: Ask, named: str) -> Answer:
    """One that was built before goes: what it says would be older."""

    def change(write: Write) -> None:
        worked_on(write)
        request = write.row.id
        before = package_of(write.connection, request)
        if before is not None and before.state == BUILDING:
            raise Conflict("It is being built.")
        forget(write.connection, request)
        key = _key_of(write, str(write.row.person or request))
        sealed = sealing.seal_key(key, request, sealing.new_key())
        terms = asdict(terms_of(ask.platform, write.connection, write.row))
        found = {"request": request, "person": write.row.person, "state": BUILDING, "sealed_key": sealed, **terms}
        write.connection.execute(insert(packages).values(**found, done=0, total=0, counts={}, tries=0))
        jobs.enqueue(write.others, JOB, mark_of(request), {"request": request})

    return act(ask, REQUESTS, named, change)


def release(ask: Ask, named: str, letter: Letter) -> Answer:
    """The link goes to the asker by mail; the passphrase is in this answer alone, to be told to them another way.

    It is made of the intent, so that a lost answer is repeated, and is stored nowhere.
    """
    intent = f"{ask.actor.id}\n{ask.require_key()}"

    def change(write: Write) -> None:
        case = worked_on(write)
        package = _locked(write.connection, write.row.id)
        if because := release_hinders(ask.platform, write.connection, write.row, package):
            raise Conflict(because)
        token = sealing.new_token()
        message = send(write, write.row, case, replace(letter, body=_with(letter.body, UNSEEN)))
        _put_link(write, message, _with(letter.body, link_of(ask, token)))
        _release(write, package, token, sealing.passphrase_of(ask.platform.keys, intent, write.row.id))

    answer = act(ask, REQUESTS, named, change)
    passphrase = sealing.passphrase_of(ask.platform.keys, intent, str(answer.body["id"]))
    return replace(answer, body={**answer.body, "passphrase": passphrase})


def release_hinders(platform: Platform, connection: Connection, request: Row[Any], package: Row[Any]) -> str:
    """Why a package that is there doesn't go to who asks; empty when it does."""
    if package.state == BUILDING:
        return "It is being built: it can be released as soon as it is."
    if package.state != BUILT or package.person != request.person:
        return "There is no package to release: build it anew."
    if address_of(platform, connection, request) is None:
        return "The link goes by e-mail, and there is no address to send it to: ask for one."
    return MOVED if has_moved(platform, connection, request, package) else ""


def _locked(connection: Connection, request: str) -> Row[Any]:
    found = connection.execute(select(packages).where(packages.c.request == request).with_for_update()).first()
    if found is None:
        raise Conflict("There is no package to release: build it first.")
    return found


def _key_of(write: Write, owner: str) -> OwnerKey:
    key = write.ask.platform.vault.keys_of([owner]).get(owner)
    if key is None:
        raise Conflict("The account is erased: there is nothing to show any more.")
    return key


def _release(write: Write, package: Row[Any], token: str, passphrase: str) -> None:
    key, salt, now = _key_of(write, owner_of(package)), sealing.new_salt(), write.ask.now
    inner = sealing.open_key(key, package.request, bytes(package.sealed_key))
    sealed = sealing.release_key(key, package.request, inner, sealing.lock_of(passphrase, token, salt))
    write.connection.execute(
        update(packages)
        .where(packages.c.request == package.request)
        .values(
            state=RELEASED, released=now, expires=now + KEPT, token_hash=sealing.token_hash(token), salt=salt, sealed_key=sealed, tries=0
        )
    )  # fmt: skip
    write.details |= {"sha256": package.sha256}


# The letter


def link_of(ask: Ask, token: str) -> str:
    address = ask.platform.rules.packages_address
    if not address and ask.platform.environment == "production":
        raise Conflict("Nobody has said yet where people reach this platform: packages.address in platform.toml.")
    return f"{address or HERE}/v1/packages/{token}"


def _with(body: str, link: str) -> str:
    return body.replace(LINK, link) if LINK in body else f"{body}\n\n{link}"


def _put_link(write: Write, message: str, body: str) -> None:
    """Into the mail, which nobody here reads; the thread keeps what stands in its place."""
    key = write.ask.platform.vault.keys_of([write.row.id])[write.row.id]
    place = ("mail", message, str(Category.THREAD))
    found = select(mails.c.sealed_thread).where(mails.c.id == message)
    document = load(key.open(*place, bytes(write.connection.execute(found).scalar_one())))
    document["body"] = Value(body, Source.EMPLOYEE, write.ask.now)
    sealed = key.seal(*place, dump(document))
    write.connection.execute(update(mails).where(mails.c.id == message).values(sealed_thread=sealed))
