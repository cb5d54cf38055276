"""The policy as it is kept: its rules with what can be counted of them now, and the version in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from console.platform_api.guard import Ask
from console.platform_api.policy_figures import figures
from console.platform_api.policy_versions import in_force
from console.policy import FIGURES, RULES, Rule
from console.records.policy_versions import PREFIX


def policy(ask: Ask) -> dict[str, Any]:
    """All rules, whatever the role: they are no secret. What is counted is as of now."""
    with ask.platform.database.reading() as connection:
        counted = figures(ask, connection)
        version = _version(ask, connection)
    ask.platform.recorder.record_now(ask.entry(details={"count": len(RULES)}))
    return {"at": ask.now, "version": version, "items": [_rule(rule, counted) for rule in RULES]}


def _version(ask: Ask, connection: Connection) -> dict[str, Any]:
    row = in_force(connection, ask.now)
    return {"number": f"{PREFIX}-{row.number}", "label": row.label, "effective": row.effective}


def _rule(rule: Rule, counted: Mapping[str, int]) -> dict[str, Any]:
    shown = list(_figures(rule, counted))
    alarm = any(figure["alarming"] and figure["value"] for figure in shown)
    return {**asdict(rule), "figures": shown, "alarm": alarm}


def _figures(rule: Rule, counted: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for name in rule.figures:
        if name in counted:
            yield {**asdict(FIGURES[name]), "value": counted[name]}
