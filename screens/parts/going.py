"""An app whose keys lead everywhere: tabs, jumps, the case in hand, the help."""

from __future__ import annotations

from textual import on

from screens.parts.case_picker import PUT_DOWN, case_picker
from screens.parts.guarded import GuardedApp
from screens.parts.head import title_of
from screens.parts.help import Help, all_keys
from screens.parts.jump import Jump, Place
from screens.parts.shell import Go


class GoingApp(GuardedApp):
    """Nothing of it works while the console is locked."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "tab":
            return parameters[0] in self.tab_names
        if action == "case" and not self.is_hidden:
            return "claim" in self.session.me.may.get("tickets", ())
        if action in ("case", "jump", "lock", "command_palette"):
            return self.current_mode in self.tab_names
        return super().check_action(action, parameters)

    async def action_tab(self, name: str) -> None:
        if name in self.tab_names and self.current_mode in self.tab_names:
            await self.switch_mode(name)

    @on(Go)
    async def _go(self, message: Go) -> None:
        await self.go(message.place)

    async def go(self, place: Place) -> None:
        """To a screen, and to a record or to some of the records on it."""
        await self.action_tab(place.screen)
        if self.current_mode != place.screen:
            return
        if place.those:
            self.current.go_to_those(place.those)
        if place.number:
            self.current.go_to(place.number)

    def action_jump(self) -> None:
        async def answered(place: Place | None) -> None:
            if place is not None:
                await self.go(place)

        self.push_screen(Jump(self.tab_names), answered)

    def action_help(self) -> None:
        if isinstance(self.screen, Help):
            return
        self.push_screen(Help(title_of(self.current_mode), all_keys(self.screen)))

    def action_case(self) -> None:
        self.current.work(self._pick_case(), "list your tickets")

    async def _pick_case(self) -> None:
        params: dict[str, str | list[str]] = {"assignee": "me", "state": ["open", "pending"]}
        page = await self.session.client.page("tickets", params=params)
        chosen = await self.push_screen_wait(case_picker(page.items, self.session.case))
        if chosen == PUT_DOWN:
            self.take_case(None)
        for ticket in page.items:
            if ticket.id == chosen:
                self.take_ticket(ticket)
