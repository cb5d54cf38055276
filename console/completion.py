"""Completion scripts, from the parser itself, so that they can't fall behind."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from console.arguments import parser


def script(shell: str) -> str:
    words = dict(_words(parser(), ()))
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](words)


def _words(part: argparse.ArgumentParser, place: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Place ("audit export") → what may follow there."""
    found: list[str] = []
    for action in part._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found.append(name)
                yield from _words(child, (*place, name))
        else:
            found += [*action.option_strings, *(action.choices or ())]
    yield " ".join(place), found


def _bash(words: dict[str, list[str]]) -> str:
    cases = "\n".join(f'    "{place}") words="{" ".join(found)}" ;;' for place, found in words.items())
    return f"""\
_petworks() {{
  local place="" word words=""
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    [[ $word == -* ]] || place="${{place:+$place }}$word"
  done
  case "$place" in
{cases}
  esac
  COMPREPLY=( $(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}") )
}}
complete -o default -F _petworks petworks
"""


def _zsh(words: dict[str, list[str]]) -> str:
    return "#compdef petworks\nautoload -U +X bashcompinit && bashcompinit\n" + _bash(words)


def _fish(words: dict[str, list[str]]) -> str:
    head = """\
function __petworks_place
    set -l place (string match -v -- '-*' (commandline -opc))[2..]
    test "$place" = "$argv"
end
"""
    lines = [
        f"complete -c petworks -n '__petworks_place {place}' -a '{' '.join(found)}'" for place, found in words.items()
    ]
    return head + "\n".join(lines) + "\n"
