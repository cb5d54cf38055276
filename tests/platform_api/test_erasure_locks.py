"""Two at once: what is approved is what stands there when it is locked, and an erasure locks in the order that everybody does."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlmodel import Session

from console.platform_api import erasure_texts, erasure_work
from console.platform_api.erasing import FINISH, Erasure, advance
from console.platform_api.erasure_texts import Texts
from console.platform_api.guard import Ask
from console.platform_api.platform import Platform
from console.platform_api.tables import PrivacyRequestRow, TicketRow, UserRow, table
from console.platform_api.transaction import own_work
from console.platform_api.vault import OwnerKey, Vault
from tests.platform_api.api import Api
from tests.platform_api.erased import Scene, approved, lay_out
from tests.platform_api.orders_made import row_of
from tests.platform_api.people import add_ticket
from tests.platform_api.test_erasure import of
from tests.platform_api.worked import worker


@pytest.mark.parametrize("action", ["submit", "approve"])
def test_what_comes_between_the_look_and_the_lock_is_seen(
    api: Api, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, privacy, second = lay_out(api.platform), api.sign_in("privacy"), api.sign_in("privacy2")
    sha256 = of(privacy, scene, "plan").json()["plan"]["sha256"]
    if action == "approve":
        assert of(privacy, scene, "submit").status_code == 200
    looked = erasure_work._looked

    def overtaken(ask: Ask, named: str) -> Any:
        found = looked(ask, named)
        add_ticket(api.platform, person=scene.person, message="One thing more.")
        return found

    monkeypatch.setattr(erasure_work, "_looked", overtaken)
    answer = of(second, scene, action, {"plan": sha256}) if action == "approve" else of(privacy, scene, action)
    assert (answer.status_code, answer.json()["detail"]) == (409, erasure_work.CHANGED)
    assert row_of(api.platform, UserRow, scene.person).state == "active"


def test_under_the_lock_only_what_changed_is_opened_again(sqlite_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = sqlite_api.platform
    scene, privacy = lay_out(platform), sqlite_api.sign_in("privacy")
    assert of(privacy, scene, "plan").status_code == 200
    opened: list[str] = []
    redacted = erasure_texts._redacted_text

    def counted(kind: erasure_texts.Texts, row: Any, key: OwnerKey, *more: Any) -> bytes | None:
        opened.append(kind.what)
        return redacted(kind, row, key, *more)

    monkeypatch.setattr(erasure_texts, "_redacted_text", counted)
    looked = erasure_work._looked

    def then_forgotten(ask: Ask, named: str) -> Any:
        found = looked(ask, named)
        assert set(scene.redacts()) <= set(opened)
        opened.clear()
        return found

    monkeypatch.setattr(erasure_work, "_looked", then_forgotten)
    assert of(privacy, scene, "submit").status_code == 200
    assert opened == []


def test_an_erasure_that_ends_and_who_works_on_its_case_don_t_stop_each_other(postgresql_platform: Platform) -> None:
    """Whoever has the person's row waits for no case that the erasure has: PostgreSQL would abort one of the two."""
    platform = postgresql_platform
    scene = _about_to_end(platform)
    with ThreadPoolExecutor(1) as threads, platform.database.writing() as session:
        _lock(session, UserRow, scene.person)
        ending = threads.submit(_end, platform, scene)
        _until_it_waits(platform, ending)
        _lock(session, TicketRow, row_of(platform, PrivacyRequestRow, scene.request).ticket)
        session.commit()
        ending.result()
    scene.assert_erased(platform)
    assert row_of(platform, PrivacyRequestRow, scene.request).state == "fulfilled"


def _about_to_end(platform: Platform) -> Scene:
    scene = approved(platform)
    step = "begin"
    while step != FINISH:
        with own_work(platform) as work:
            step = str(advance(work, Erasure(scene.person, scene.request), step))
    return scene


def _end(platform: Platform, scene: Scene) -> None:
    with own_work(platform) as work:
        advance(work, Erasure(scene.person, scene.request), FINISH)


def _lock(session: Session, model: Any, record: str) -> None:
    found = table(model)
    session.connection().execute(select(found).where(found.c.id == record).with_for_update()).one()


def _until_it_waits(platform: Platform, ending: Future[None]) -> None:
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while not ending.done():
        with platform.database.reading() as connection:
            if connection.execute(text(waits)).scalar():
                return
    ending.result()


def test_what_is_written_while_a_text_is_looked_at_is_not_lost(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer's last word stays, without the name."""
    scene = approved(platform)
    text_ = next(it for it in scene.others if it.kind == "order_notes")
    look, after = erasure_texts.look, replace(text_, before="Zoëphine was here again", after="••• was here again")

    def overtaken(connection: Connection, vault: Vault, kind: Texts, *more: Any) -> erasure_texts.Looked:
        found = look(connection, vault, kind, *more)
        if kind.what == text_.kind and text_.read_in(connection, platform) == text_.before:
            after.write(connection, platform)
        return found

    monkeypatch.setattr(erasure_texts, "look", overtaken)
    worker(platform).run_all()
    assert after.read(platform) == after.after
