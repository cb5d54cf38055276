"""Saved views and the last place: what is kept comes back, of two consoles too, and a damaged file is set aside."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.raw import Raw
from console.views import LARGEST, LastPlace, NotKept, View, Views

words = st.from_regex(r"[a-z][a-z_-]{0,20}", fullmatch=True)
values = st.from_regex(r"[\x21-\x7e]{1,30}", fullmatch=True)
filters = st.dictionaries(words, st.lists(values, max_size=4).map(tuple), max_size=4)
names = st.text(min_size=1, max_size=40).map(Raw)
views = st.builds(View, names, filters, st.one_of(st.just(""), words, words.map("-{}".format)))


def kept(folder: Path) -> Views:
    return Views("default-platform.example.com", "E-12", folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(found=st.lists(views, max_size=5, unique_by=lambda view: view.name), screen=words, place=st.none() | filters)
def test_what_is_saved_comes_back_whatever_its_name(
    tmp_path_factory: pytest.TempPathFactory, found: list[View], screen: str, place: dict[str, tuple[str, ...]] | None
):
    folder = tmp_path_factory.mktemp("state")
    for view in found:
        kept(folder).save(screen, view)
    kept(folder).leave(LastPlace(screen, "T-204", place, "-number"))
    assert list(kept(folder).of(screen)) == found
    assert kept(folder).place() == LastPlace(screen, "T-204", place, "-number")
    assert kept(folder).set_aside is None


def test_nobody_else_reads_it_and_each_employee_at_each_platform_has_their_own(tmp_path: Path):
    folder = tmp_path / "state"
    mine = kept(folder)
    mine.save("tickets", View(Raw("mine")))
    assert stat.S_IMODE(mine.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for platform, employee in (("default-platform.example.com", "E-13"), ("staging-other.example.com", "E-12")):
        assert Views(platform, employee, folder).of("tickets") == ()
    assert Views("../../etc/passwd", "E-1", folder).file.parent == folder


def test_a_view_of_the_same_name_is_replaced_and_stays_the_first_one(tmp_path: Path):
    views = kept(tmp_path)
    views.save("tickets", View(Raw("mine"), {"state": ("open",)}))
    views.start_with("tickets", Raw("mine"))
    views.save("tickets", View(Raw("mine"), {"state": ("closed",)}, "-number"))
    assert views.of("tickets") == (View(Raw("mine"), {"state": ("closed",)}, "-number", starts=True),)


def test_one_view_at_most_is_started_with(tmp_path: Path):
    views = kept(tmp_path)
    for name in ("a", "b"):
        views.save("tickets", View(Raw(name)))
        views.start_with("tickets", Raw(name))
    assert views.start_of("tickets") == View(Raw("b"), starts=True)
    assert [view.starts for view in views.of("tickets")] == [False, True]
    views.start_with("tickets", None)
    assert views.start_of("tickets") is None


def test_views_are_renamed_and_deleted(tmp_path: Path):
    views = kept(tmp_path)
    for name in ("a", "b", "c"):
        views.save("tickets", View(Raw(name)))
    views.rename("tickets", Raw("a"), Raw("z"))
    views.rename("tickets", Raw("z"), Raw("z"))
    views.rename("tickets", Raw("b"), Raw("c"))
    views.delete("tickets", Raw("no such"))
    assert [view.name for view in views.of("tickets")] == [Raw("z"), Raw("c")]
    views.delete("tickets", Raw("z"))
    assert [view.name for view in views.of("tickets")] == [Raw("c")]


def test_there_is_an_end_to_them(tmp_path: Path):
    views = kept(tmp_path)
    for number in range(30):
        views.save("tickets", View(Raw(f"view {number}")))
    with pytest.raises(NotKept, match="delete one first"):
        views.save("tickets", View(Raw("one more")))
    views.save("orders", View(Raw("elsewhere")))


def save_ten(folder: Path, name: str, both: Barrier) -> None:
    both.wait(60)
    for number in range(10):
        kept(folder).save("tickets", View(Raw(f"{name} {number}")))
        kept(folder).leave(LastPlace("tickets", f"T-{number}"))


def test_two_consoles_lose_nothing_of_each_other(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    both = [context.Process(target=save_ten, args=(tmp_path, name, start)) for name in ("one", "two")]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert {view.name.typed for view in kept(tmp_path).of("tickets")} == {
        f"{name} {number}" for name in ("one", "two") for number in range(10)
    }


GOOD = {"version": 1, "views": {}, "place": None}
VIEW = {"name": "mine", "filters": {}, "sort": "", "starts": False}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"{}",
        b" " * (LARGEST + 1),
        json.dumps({**GOOD, "version": "1"}).encode(),
        json.dumps({**GOOD, "views": []}).encode(),
        json.dumps({**GOOD, "views": {"../x": []}}).encode(),
        json.dumps({**GOOD, "views": {"tickets": [{"name": 7}]}}).encode(),
        json.dumps({**GOOD, "views": {"tickets": [{**VIEW, "name": ""}]}}).encode(),
        json.dumps({**GOOD, "views": {"tickets": [{**VIEW, "filters": {"state": "open"}}]}}).encode(),
        json.dumps({**GOOD, "views": {"tickets": [{**VIEW, "filters": {"state": ["\x1b[31m"]}}]}}).encode(),
        json.dumps({**GOOD, "views": {"tickets": [{**VIEW, "sort": ["number"]}]}}).encode(),
        json.dumps({**GOOD, "place": {"screen": "tickets", "number": "../T-1", "filters": {}, "sort": ""}}).encode(),
    ],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begins(tmp_path: Path, content: bytes):
    views = kept(tmp_path)
    views.file.write_bytes(content)
    assert views.of("tickets") == () and views.place() is None
    assert views.set_aside is not None and views.set_aside.read_bytes() == content
    views.save("tickets", View(Raw("mine")))
    assert kept(tmp_path).of("tickets") == (View(Raw("mine")),)


def test_the_file_of_a_newer_console_is_left_alone(tmp_path: Path):
    views = kept(tmp_path)
    views.file.write_text(json.dumps({**GOOD, "version": 2, "more": 1}))
    before = views.file.read_bytes()
    with pytest.raises(NotKept, match="newer console"):
        views.of("tickets")
    with pytest.raises(NotKept, match="newer console"):
        views.save("tickets", View(Raw("mine")))
    assert views.file.read_bytes() == before


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(NotKept, match="can't be"):
        kept(tmp_path / "state").save("tickets", View(Raw("mine")))


def test_a_crash_while_writing_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    views = kept(tmp_path)
    views.save("tickets", View(Raw("mine")))

    def no_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_disk)
    with pytest.raises(NotKept, match="No space left"):
        views.save("tickets", View(Raw("other")))
    monkeypatch.undo()
    assert [view.name for view in views.of("tickets")] == [Raw("mine")]
    views.save("tickets", View(Raw("other")))
    assert len(views.of("tickets")) == 2
