"""Which editor is run, and what is taken back from it; the editor in front of the console is tried in a real terminal."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from console import editor
from console.editor import LARGEST, NoEditor, NotTaken
from console.raw import Raw


def program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_visual_comes_first_and_its_words_are_the_commands(tmp_path: Path):
    program(tmp_path, "nice")
    given = {"VISUAL": "nice --wait 'two words'", "EDITOR": "other", "PATH": str(tmp_path)}
    assert editor.command(given) == ["nice", "--wait", "two words"]


@pytest.mark.parametrize("given", [{}, {"VISUAL": "", "EDITOR": " "}, {"EDITOR": "no-such"}, {"EDITOR": "'half"}])
def test_without_an_editor_it_says_how_to_name_one(tmp_path: Path, given: dict[str, str]):
    with pytest.raises(NoEditor) as caught:
        editor.command({**given, "PATH": str(tmp_path)})
    assert "EDITOR=vim" in caught.value.advice


def test_vim_keeps_no_swap_file_and_no_history_by_whatever_name_it_goes(tmp_path: Path):
    vim = program(tmp_path / "real", "vim.basic")
    (tmp_path / "vi").symlink_to(vim)
    order = editor.command({"EDITOR": "vi -u x", "PATH": str(tmp_path)})
    assert order[:3] == ["vi", "-u", "x"]
    assert {"-n", "-i", "NONE"} <= set(order)


def test_a_file_is_private_and_goes_when_it_is_done_with(tmp_path: Path):
    with editor.private_file(Raw("Maria"), tmp_path / "place") as path:
        assert path.read_bytes() == b"Maria"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()
    with pytest.raises(RuntimeError), editor.private_file(Raw("Maria"), tmp_path / "place") as path:
        raise RuntimeError
    assert not path.parent.exists()


def test_a_place_that_others_can_reach_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    assert editor.place().is_relative_to(tmp_path)
    tmp_path.chmod(0o755)
    assert "state" in editor.place().parts
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert "state" in editor.place().parts


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"x" * (LARGEST + 1), "64 KiB"), (b"\xff\xfe", "UTF-8"), (None, "no file")],
)
def test_what_is_no_text_is_not_taken(tmp_path: Path, content: bytes | None, why: str):
    path = tmp_path / "text"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotTaken, match=why):
        editor.read_back(path)


def test_nothing_but_a_file_is_read(tmp_path: Path):
    secret, link, pipe = tmp_path / "secret", tmp_path / "link", tmp_path / "pipe"
    secret.write_text("another file")
    link.symlink_to(secret)
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path):
        with pytest.raises(NotTaken):
            editor.read_back(path)


def test_the_last_byte_that_fits_is_taken(tmp_path: Path):
    (tmp_path / "text").write_bytes(b"x" * LARGEST)
    assert len(editor.read_back(tmp_path / "text").typed) == LARGEST
