"""The policy as the platform answers with it: its rules, what is counted of them now, and the version in force."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.records.record import Record


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PolicyFigure(_Told):
    """`alarming`: more than none means that a promise is not kept."""

    name: str
    words: str
    value: int
    alarming: bool = False


class PolicyRule(Record):
    """Its number is its name, like P12. `waits_for`: the part that isn't built yet."""

    promise: str = ""
    rule: str = ""
    enforced: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    waits_for: str = ""
    figures: tuple[PolicyFigure, ...] = ()
    alarm: bool = False


class VersionInForce(_Told):
    number: str
    label: str
    effective: datetime


class Policy(_Told):
    """`at`: when it was counted."""

    at: datetime
    version: VersionInForce
    rules: tuple[PolicyRule, ...] = ()


def read_policy(answer: dict[str, object]) -> Policy:
    """The answer of GET /v1/policy; each rule becomes a record that a list can show."""
    items = answer.get("items")
    rules = [{**each, "id": each["name"], "number": each["name"], "version": 1} for each in _objects(items)]
    return Policy.model_validate({**answer, "rules": rules})


def _objects(items: object) -> list[dict[str, object]]:
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
