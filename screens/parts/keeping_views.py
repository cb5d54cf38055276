"""Saving, renaming and deleting views, and choosing the one that a screen starts with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.content import Content

from console.raw import Raw
from console.text import line
from console.views import LONGEST_NAME, NotKept, View
from screens.parts.confirm import Confirm
from screens.parts.filter_language import Filter
from screens.parts.head import title_of
from screens.parts.keepable import Keepable, Params, wrong_name
from screens.parts.prompt import Prompt
from screens.parts.shell import Shell
from screens.parts.views_dialog import Line, ViewsAnswer, ViewsDialog


@dataclass(frozen=True)
class Now:
    """What a screen shows, as far as it can be kept."""

    screen: str
    kept: Keepable
    sort: str


@dataclass
class KeepingViews:
    """The views of one screen; run it in a worker. `orders` are sort → words, `all` is what no filter is called."""

    shell: Shell
    now: Now
    orders: Mapping[str, str]
    all: str

    async def run(self) -> View | None:
        """Until one is to be shown, which is the answer, or the list is left."""
        said = ""
        while True:
            try:
                answer = await self.shell.push_screen_wait(self._dialog(said))
            except NotKept as error:
                answer = await self.shell.push_screen_wait(self._empty(f"{error} {error.advice}"))
            if answer is None:
                return None
            if answer.wish == "show":
                return self._find(answer.name)
            said = await self._do(answer)

    async def save(self) -> str:
        """What is shown now, under a name that is asked for; why not, or nothing."""
        return await self._do(ViewsAnswer("save"))

    async def _do(self, answer: ViewsAnswer) -> str:
        ways = {"save": self._save, "rename": self._rename, "delete": self._delete, "start": self._start}
        try:
            return await ways[answer.wish](answer.name)
        except NotKept as error:
            return f"{error} {error.advice}"

    # The list of them

    def _dialog(self, said: str) -> ViewsDialog:
        views, screen = self.shell.views, self.now.screen
        lines = [Line(view, self._words(view.filters, view.sort)) for view in views.of(screen)]
        aside, views.set_aside = views.set_aside, None
        if aside is not None:
            said = f"The file of the views was damaged. It was put aside as {aside}, and a new one begins. {said}"
        return ViewsDialog(self._title(), lines, self._words(self.now.kept.params, self.now.sort), said)

    def _empty(self, said: str) -> ViewsDialog:
        return ViewsDialog(self._title(), (), self._words(self.now.kept.params, self.now.sort), said)

    def _title(self) -> Content:
        return Content(f"Views of {title_of(self.now.screen)}")

    def _words(self, params: Params, sort: str) -> str:
        return " · ".join(filter(None, (Filter(params).words or self.all, self.orders.get(sort, ""))))

    def _find(self, name: Raw) -> View:
        """As it is now: another console may have changed it, or deleted it."""
        return next((view for view in self.shell.views.of(self.now.screen) if view.name == name), View(name))

    # What is done with them

    async def _save(self, _: Raw) -> str:
        kept = self.now.kept
        if kept.left_out and not kept.params:
            return f"{', '.join(kept.left_out)}: nothing of this can be kept on this computer."
        name = await self._ask_name("Save this view as", without=kept.left_out)
        if name is not None:
            self.shell.views.save(self.now.screen, View(name, kept.params, self.now.sort))
        return ""

    async def _rename(self, old: Raw) -> str:
        new = await self._ask_name("Rename the view to", start=old)
        if new is not None:
            self.shell.views.rename(self.now.screen, old, new)
        return ""

    async def _delete(self, name: Raw) -> str:
        said = Content.assemble("The view ", (line(name).plain, "bold"), " is deleted. Nothing else changes.")
        if await self.shell.push_screen_wait(Confirm("Delete a view", said, "Delete")) is not None:
            self.shell.views.delete(self.now.screen, name)
        return ""

    async def _start(self, name: Raw) -> str:
        """The one that is it already no longer is."""
        starts = self._find(name).starts
        self.shell.views.start_with(self.now.screen, None if starts else name)
        return ""

    async def _ask_name(self, title: str, *, without: Iterable[str] = (), start: Raw | None = None) -> Raw | None:
        """A name; one that is taken already is asked about."""
        left = ", ".join(without)
        words = f"{title} (without {left}, which no view keeps)" if left else title
        prompt = Prompt(Content(words), "my open ones", wrong_name, start=line(start).plain, longest=LONGEST_NAME)
        typed = await self.shell.push_screen_wait(prompt)
        if typed is None:
            return None
        name = Raw(typed.strip())
        taken = name != start and any(view.name == name for view in self.shell.views.of(self.now.screen))
        return name if not taken or await self._may_replace(name) else None

    async def _may_replace(self, name: Raw) -> bool:
        said = Content.assemble("There is a view ", (line(name).plain, "bold"), " already. This one takes its place.")
        return await self.shell.push_screen_wait(Confirm("Replace a view", said, "Replace")) is not None
