"""`petworks contest verify FILE`: does a contest's draw again from its published record, offline, and names what doesn't hold.

A record says more the further its contest is: what it doesn't say yet is not looked at. With an earlier record of the same contest, what was
fixed then must be the same now, nobody who was excluded then may be back, and who was excluded since is counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from console import draw
from console.plain import safe_line

HOLDS, BROKEN = 0, 1

FORMAT = "petworks contest record 1"
SHAPE: Mapping[str, type] = {
    "format": str, "contest": str, "terms": dict, "count": int, "disqualified": int, "excluded": list, "drawn_leaves": list,
    "awards": list, "leaves": list,
}  # fmt: skip
SETTLED, FORFEITED = ("awarded", "forfeited"), "forfeited"
LAPSED = "lapsed"
EARLIER = ("contest", "commitment", "terms_hash", "entries_hash", "excluded_then", "excluded_hash", "seed")
"""What can't change once it is there."""

Record = Mapping[str, Any]


class Unreadable(Exception):
    """It is no record of a contest."""


def verify_file(file: Path, out: TextIO, *, earlier: Path | None = None) -> int:
    """Prints what was found; 0 when all of it holds, 1 when something doesn't, or the file can't be read."""
    try:
        record = read(file)
        before = read(earlier) if earlier is not None else None
        faults = [*faults_of(record), *(changed_since(record, before) if before is not None else ())]
    except (OSError, Unreadable) as error:
        out.write(f"The record can't be verified: {safe_line(str(error))}\n")
        return BROKEN
    for fault in faults:
        out.write(f"{safe_line(record['contest'])}: {fault}\n")
    if not faults:
        out.write(f"{safe_line(record['contest'])}: {_praise(record)}\n")
    if before is not None and not faults:
        out.write(f"{safe_line(record['contest'])}: {_news(record, before)}\n")
    return BROKEN if faults else HOLDS


def read(file: Path) -> Record:
    """Unreadable unless it has the shape of a record."""
    try:
        found = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable("it is no record of a contest")
    if any(type(found.get(name)) is not kind for name, kind in SHAPE.items()):
        raise Unreadable("something is missing in it, or of another kind")
    return found


def faults_of(record: Record) -> Iterator[str]:
    """Each thing that doesn't hold, in a sentence. A value of another kind than it should be holds nothing."""
    for check in (_terms, _times, _list, _excluded, _seed, _draw, _awards):
        try:
            yield from check(record)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            yield f"{check.__name__[1:].replace('list', 'entries')}: can't be read"


def changed_since(record: Record, earlier: Record) -> Iterator[str]:
    for name in EARLIER:
        before = earlier.get(name)
        if before is not None and record.get(name) != before:
            yield f"{name} was another one before"
    before = _leaves_drawn(earlier)
    if before and _leaves_drawn(record) != before:
        yield "drawn_leaves were others before"
    back = len(_leaves_of(earlier, "excluded").keys() - _leaves_of(record, "excluded").keys())
    if back:
        yield f"excluded: {back:,} who were excluded before are not any more"


def _leaves_of(record: Record, name: str) -> dict[Any, Any]:
    """Leaf → what is said of it."""
    return {one["leaf"]: one for one in record[name] if isinstance(one, dict) and isinstance(one.get("leaf"), str)}


def _news(record: Record, earlier: Record) -> str:
    """Who was excluded since, and why, as far as a record says it."""
    if earlier.get("entries_hash") is None:
        return "the earlier record is from before its list was fixed: it says of nobody that they were excluded."
    before = _leaves_of(earlier, "excluded")
    since = [one["why"] for leaf, one in _leaves_of(record, "excluded").items() if leaf not in before]
    left = since.count("left")
    return f"since the earlier record {len(since):,} more were excluded: {left:,} left, {len(since) - left:,} not eligible."


def _leaves_drawn(record: Record) -> list[Any]:
    return [one.get("leaf") if isinstance(one, dict) else None for one in record["drawn_leaves"]]


def _terms(record: Record) -> Iterator[str]:
    """Fixed together with the seed's commitment: who has one has the other."""
    fixed = record.get("commitment") is not None or record.get("terms_hash") is not None
    if fixed and draw.terms_hash(record["terms"]) != record["terms_hash"]:
        yield "terms: not those that were fixed when it opened"


def _times(record: Record) -> Iterator[str]:
    """Whoever closes early chooses who is in."""
    closed = record.get("closed")
    if closed is not None and datetime.fromisoformat(closed) < datetime.fromisoformat(record["terms"]["closes"]):
        yield "closed: before the end that was promised"


def _list(record: Record) -> Iterator[str]:
    if record.get("entries_hash") is None:
        return
    try:
        found = draw.Leaves()
        for one in record["leaves"]:
            found.add(bytes.fromhex(one))
    except ValueError:
        yield "entries: not a list of leaves that rise"
        return
    if found.count != record["count"]:
        yield f"entries: {found.count:,} are listed, {record['count']:,} were counted"
    if found.hash() != record["entries_hash"]:
        yield "entries: not the list that was fixed when it closed"


def _excluded(record: Record) -> Iterator[str]:
    """Those that closing fixed are all there still, and nobody is said to have been among them who came later."""
    if record.get("entries_hash") is None:
        return
    fixed = sorted(bytes.fromhex(one["leaf"]) for one in record["excluded"] if not one["late"])
    if len(fixed) != record["excluded_then"] or draw.hash_of(fixed, draw.EXCLUDED) != record["excluded_hash"]:
        yield "excluded: not those that were fixed when it closed"
    if record["disqualified"] > sum(one["why"] != "left" for one in record["excluded"]):
        yield "excluded: more are said to be disqualified than there are"


def _seed(record: Record) -> Iterator[str]:
    seed = record.get("seed")
    if seed is not None and draw.commitment(bytes.fromhex(seed)) != record["commitment"]:
        yield "seed: not the one that was committed to when it opened"


def _draw(record: Record) -> Iterator[str]:
    """Whoever was excluded is passed over; winners and reserves are the first of all others."""
    if record.get("seed") is None:
        if record["drawn_leaves"] or record["awards"]:
            yield "draw: somebody was drawn without a seed"
        return
    leaves, terms = record["leaves"], record["terms"]
    place_of = {leaf: place for place, leaf in enumerate(leaves)}
    unknown = [one for one in record["excluded"] if one["leaf"] not in place_of]
    if unknown:
        yield f"draw: {len(unknown):,} are excluded that were never on the list"
        return
    excluded = (place_of[one["leaf"]] for one in record["excluded"])
    key = draw.draw_key(bytes.fromhex(record["seed"]), record["entries_hash"])
    picked = draw.pick(key, len(leaves), terms["places"] + terms["reserves"], excluded)
    if [leaves[place] for place in picked] != [one["leaf"] for one in record["drawn_leaves"]]:
        yield "draw: the seed and the list draw others"


def _awards(record: Record) -> Iterator[str]:
    """The first of the draw have the places; a forfeited place goes to the next reserve, and nobody is passed over but who left."""
    drawn, places = record["drawn_leaves"], min(record["terms"]["places"], len(record["drawn_leaves"]))
    awards: Sequence[Mapping[str, Any]] = record["awards"]
    if [(one["place"], one["rank"]) for one in awards[:places]] != [(n, n) for n in range(1, places + 1)]:
        yield "prizes: not given to the first that were drawn"
        return
    last, holder = places, {one["place"]: one for one in awards[:places]}
    for one in awards[places:]:
        skipped = drawn[last : one["rank"] - 1]
        if one["rank"] <= last or one["rank"] > len(drawn) or not all(each["left"] for each in skipped):
            yield f"prize {one['place']}: drawn again out of its turn"
        if holder[one["place"]]["state"] != FORFEITED:
            yield f"prize {one['place']}: drawn again although it was not forfeited"
        last, holder[one["place"]] = max(last, one["rank"]), one
    waiting = [each for each in drawn[last:] if not each["left"]]
    if waiting and any(one["state"] == FORFEITED for one in holder.values()):
        yield "prizes: one was forfeited and not drawn again, although there are reserves"


def _praise(record: Record) -> str:
    """What was found to hold, and what there is nothing of yet."""
    if record.get("commitment") is None:
        return "a draft: nothing is fixed yet."
    if record.get("entries_hash") is None:
        return "its terms hold. It takes entries: neither its list nor its draw are fixed yet."
    if record.get("seed") is None:
        drawn = "Nobody drew it in time: it lapsed." if record.get("state") == LAPSED else "It isn't drawn yet."
        return f"its terms and its list of {record['count']:,} entries hold. {drawn}"
    settled = sum(one["state"] in SETTLED for one in record["awards"])
    again = len(record["awards"]) - min(record["terms"]["places"], len(record["drawn_leaves"]))
    return (
        f"all of it holds: {record['count']:,} entries, {len(record['excluded']):,} excluded "
        f"({record['disqualified']:,} disqualified), {len(record['drawn_leaves']):,} drawn, "
        f"{again:,} drawn again, {settled:,} of {len(record['awards']):,} prizes settled."
    )
