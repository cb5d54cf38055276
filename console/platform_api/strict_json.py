"""Refuses JSON that parsers understand differently, or that a database can't hold: 400, never 500."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from console.platform_api.problems import BadRequest

DEPTH = 32
SMALLEST, LARGEST = -(2**63), 2**63 - 1
DIGITS = 20
"""As many as a 64-bit integer has with its sign; longer ones aren't even converted."""


def check(body: bytes) -> None:
    """BadRequest says what is wrong and quotes nothing."""
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except UnicodeDecodeError:
        raise BadRequest("The body isn't UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise BadRequest("The body isn't JSON.") from None
    _check_depth_and_text(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("A name stands twice in one object.")
    return found


def _constant(_: str) -> NoReturn:
    raise BadRequest("NaN and Infinity are no JSON numbers.")


def _integer(digits: str) -> int:
    if len(digits) > DIGITS or not SMALLEST <= (value := int(digits)) <= LARGEST:
        raise BadRequest("An integer doesn't fit into 64 bits.")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BadRequest("A number is too large.")
    return value


def _check_depth_and_text(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH + 1):
        if not level:
            return
        level = [inner for outer in level for inner in _inside(outer)]
    raise _too_deep()


def _inside(value: Any) -> list[Any]:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        return [*value, *value.values()]
    elif isinstance(value, list):
        return value
    return []


def _check_text(text: str) -> None:
    if "\0" in text:
        raise BadRequest("A text holds a NUL character.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BadRequest("A text holds half of a character (a lone surrogate).") from None


def _too_deep() -> BadRequest:
    return BadRequest(f"The body is nested more than {DEPTH} deep.")
