"""The app's style sheet, parsed once for each theme."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class KeptStylesheet(Stylesheet):
    """Textual parses all styles twice whenever a screen is shown for the first time: a fifth of what opening a tab takes.

    They change with the theme's variables alone; until then `parse` takes what it has parsed already.
    """

    _parsed_with: dict[str, str] | None = None

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._parsed_with:
            self._parsed_with = variables
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()
