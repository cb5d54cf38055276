"""A list into a file: streamed by the platform, with progress, safe to open in a spreadsheet; a stopped one leaves no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType

from console.client import path
from console.errors import PetworksError
from console.export import NoFile, created, csv_head, csv_record, json_line
from console.plain import safe_line
from screens.parts.at_work import WorkingScreen
from screens.parts.export_file import ExportDialog, ExportFile
from screens.parts.fresh import FreshScreen
from screens.parts.problems import Notice
from screens.parts.progress import Steps

EVERY = 200
"""Rows after which the progress is drawn anew."""


class Stopped(PetworksError):
    """`S` was pressed."""


class ExportingScreen(WorkingScreen, FreshScreen):
    """`E` and the palette. Override `EXPORTED` and `export_filters`, and `exported` where a row isn't what a file should have."""

    EXPORTED: ClassVar[Sequence[str]] = ()
    """The columns of the CSV; what else a row has stands in the last cell."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("E", "export", "export this list", show=False, id="export")]

    def export_wish(self) -> Mapping[str, object]:
        """What the platform is asked for: the filters and the order of the list."""
        raise NotImplementedError

    def export_from(self) -> str:
        """What the platform exports."""
        return path(self.COLLECTION, "export")

    def export_name(self) -> str:
        """What the file is called, before the day."""
        return self.NAME

    def exported(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row of the platform as the CSV has it: the masks stand where the list draws them."""
        left_out = ("actions", "masks", "withheld")
        return {**row.get("masks", {}), **{name: value for name, value in row.items() if name not in left_out}}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "export":
            return "export" in self.session.me.may.get(self.COLLECTION, ())
        return super().check_action(action, parameters)

    def commands(self) -> Iterable[SystemCommand]:
        yield from super().commands()
        if self.check_action("export", ()):
            yield SystemCommand("Export this list", "Into a file, as CSV or JSON", self.action_export)

    def action_export(self) -> None:
        if self.searched:
            self.told("What a search found is not exported.", "esc shows the list again.")
        elif not self.busy:
            self.work(self.until_idle(self._export), "export the list", group="export")

    async def _export(self) -> Notice | None:
        """Until a file could be made, or none is wanted."""
        wrong, name = "", free_name(f"~/{self.export_name()}-{self.shell.clock():%Y-%m-%d}")
        while True:
            wanted = await self.app.push_screen_wait(ExportDialog(self.export_said(), name, wrong))
            if wanted is None:
                return None
            try:
                rows = await self.freshly("export the list", partial(self._fill, wanted))
            except NoFile as error:
                wrong, name = str(error), str(wanted.path)
            except Stopped:
                return Notice("said", "The export was stopped: there is no file.")
            else:
                return Notice("said", f"{rows:,} rows are in {safe_line(str(wanted.path))}.", "Only you can read it.")

    def export_said(self) -> str:
        """What is exported, in words."""
        return f"All {self.NAME} that you may see."

    async def _fill(self, wanted: ExportFile) -> int:
        """How many rows are in the file now; on any failure there is none."""
        with created(wanted.path) as file:
            return await self._write(file, wanted)

    async def _write(self, file: IO[bytes], wanted: ExportFile) -> int:
        rows = 0
        async with self.client.stream(self.export_from(), self.export_wish()) as stream:
            file.write(csv_head(self.EXPORTED) if wanted.as_csv else b"")
            total = stream.total.count if stream.total else 0
            self._say_rows(wanted.path, rows, total)
            async for row in stream.rows():
                file.write(csv_record(self.EXPORTED, self.exported(row)) if wanted.as_csv else json_line(row))
                rows += 1
                if rows % EVERY == 0:
                    self._say_rows(wanted.path, rows, total)
                if self.stopping:
                    raise Stopped("It was stopped.")
        return rows

    def _say_rows(self, file: Path, rows: int, total: int) -> None:
        """The total may be an estimate: it is never less than what came."""
        what = f"Exporting to {safe_line(file.name, 40)}"
        self.step(Steps(what, max(total, rows), rows, stopping=self.stopping, stop="S stops, and leaves no file"))


def free_name(start: str) -> str:
    """The first of `start.csv`, `start-2.csv`, … that is nobody's yet: an export is never written over."""
    names = chain([f"{start}.csv"], (f"{start}-{number}.csv" for number in count(2)))
    return next(name for name in names if not Path(name).expanduser().exists())
