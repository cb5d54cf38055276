"""What a crash may print: types and places. A message or a local could be a token or somebody's address."""

from __future__ import annotations

import traceback


def report(error: BaseException) -> str:
    """The error and what it came from, innermost place last, for people to send on."""
    told = [f"petworks stopped: {_kind(error)}", *_places(error)]
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in seen:
        told += [f"after {_kind(cause)}", *_places(cause)]
        seen.add(id(cause))
        error = cause
    return "\n".join([*told, "No value is in this report. Please send it with what you did last."])


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(error: BaseException) -> list[str]:
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), lookup_lines=False)
    return [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
