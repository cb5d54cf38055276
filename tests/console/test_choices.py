"""What the settings may name is what the screens have."""

import importlib
import pkgutil

from textual.binding import Binding
from textual.dom import DOMNode

import console.app
import screens
from console.choices import ACTIONS, THEMES
from screens.parts import themes


def bindings(of: type[DOMNode]) -> list[Binding]:
    return [each for each in vars(of).get("BINDINGS", []) if isinstance(each, Binding)]


def all_below(base: type[DOMNode]) -> set[type[DOMNode]]:
    return {base}.union(*(all_below(each) for each in base.__subclasses__()))


def test_every_action_of_the_screens_can_have_another_key_and_no_other():
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    ours = {each for each in all_below(DOMNode) if each.__module__.startswith(("screens.", "console."))}
    assert console.app.ConsoleApp in ours
    assert {binding.id for each in ours for binding in bindings(each) if binding.id} == ACTIONS


def test_the_themes_are_those_of_the_screens():
    assert set(THEMES) == set(themes.THEMES)
