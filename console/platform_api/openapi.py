"""What /openapi.json says of answers, headers and list parameters, which the routes handle themselves. Made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from console import access
from console.platform_api.application_figures import KINDS as APPLICATION_KINDS
from console.platform_api.buckets import STEPS
from console.platform_api.entities import Entity
from console.platform_api.guard import KEY_LENGTH
from console.platform_api.listing import MOST
from console.platform_api.order_figures import KINDS, OWN
from console.platform_api.orders import ORDERS
from console.platform_api.privacy_figures import SERIES
from console.platform_api.routes.offer import ENTITIES
from console.records.application_documents import MEDIA_TYPES
from console.records.employees import Role
from console.records.surveys import BREAKDOWNS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}
DAY: Schema = {"type": "string", "format": "date"}
FILE: Schema = {"type": "string", "format": "binary"}
STRINGS: Schema = {"type": "array", "items": TEXT}


def _object(**members: Schema) -> Schema:
    """All members are required; a newer platform may have more."""
    return {"type": "object", "required": list(members), "properties": members}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _reference(entity: Entity) -> Schema:
    return {"$ref": f"#/components/schemas/{entity.record.__name__}"}


def _list_of(item: Schema) -> Schema:
    return _object(
        items=_array(item),
        total=_object(count=INTEGER, exact=FLAG),
        next=_or_null(TEXT),
        previous=_or_null(TEXT),
        first=INTEGER,
    )


SUMS = dict.fromkeys(KINDS, INTEGER)
COUNTS = dict.fromkeys(APPLICATION_KINDS, INTEGER)
NUMBER: Schema = {"type": "number"}
SCORES: dict[str, Schema] = {
    "nps": _or_null(_object(score=NUMBER, low=NUMBER, high=NUMBER)),
    "mean": _or_null(NUMBER),
}
REQUEST_COUNTS = dict.fromkeys(SERIES, INTEGER)
DAYS = {"by": {"type": "string", "enum": list(STEPS)}, "since": DAY, "until": DAY}
ME = _object(
    id=TEXT, number=TEXT, name=TEXT, email=TEXT, roles=STRINGS, screens=STRINGS, start=_or_null(TEXT), may=ANYTHING,
    deputy=_array(_object(purpose=TEXT, until=TEXT)), version=TEXT
)  # fmt: skip
ANSWERS: dict[str, Schema] = {
    "GET /v1": _object(version=TEXT, environment=TEXT, resources=ANYTHING, roles=STRINGS),
    "GET /v1/me": ME,
    "POST /v1/auth/token": _object(
        access_token=TEXT, token_type=TEXT, expires_in=INTEGER, refresh_token=TEXT, employee=ME
    ),
    "POST /v1/users/{named}/reveal": _object(values=ANYTHING, missing=STRINGS, expires=TEXT, grant=TEXT),
    "POST /v1/users/{named}/caller-check": _object(match=FLAG, left=INTEGER),
    "GET /v1/users/{named}/contact": _object(allowed=FLAG, because=TEXT),
    "GET /v1/users/{named}/history": _object(items=_array(ANYTHING), next=_or_null(TEXT)),
    "GET /v1/users/{named}/suspension": _object(
        orders=_array(_object(state=TEXT, count=INTEGER, amounts=ANYTHING)),
        next=_or_null(TEXT),
        applications=INTEGER,
        payouts=_object(count=INTEGER, amounts=ANYTHING),
    ),
    "GET /v1/tickets/{named}/drafts": _object(template=TEXT, subject=TEXT, body=TEXT),
    "GET /v1/awards/{named}/drafts": _object(template=TEXT, subject=TEXT, body=TEXT),
    "GET /v1/privacy-requests/{named}/drafts": _object(template=TEXT, subject=TEXT, body=TEXT),
    "GET /v1/privacy-requests/{named}/letters/{message}": _object(
        message=TEXT, at=TEXT, subject=TEXT, body=TEXT, to=ANYTHING
    ),
    "GET /v1/privacy-requests/{named}/plan": _object(
        fresh=FLAG, changes=_array(_object(effect=TEXT, what=TEXT, basis=_or_null(TEXT), before=INTEGER, after=INTEGER))
    ),
    "GET /v1/privacy-requests/{named}/proposals": _object(
        items=_array(_object(id=TEXT, field=TEXT, state=TEXT, at=TEXT, before=_or_null(TEXT), after=_or_null(TEXT)))
    ),
    "GET /v1/audit/head": _object(seq=INTEGER, hash=TEXT),
    "GET /v1/changes": _object(
        items=_array(_object(seq=INTEGER, resource=TEXT, id=TEXT, version=INTEGER)), last=INTEGER
    ),
    "POST /v1/presence": _object(others=STRINGS),
    "GET /v1/intents/{key}": _object(
        key=TEXT,
        state=TEXT,
        status=_or_null(INTEGER),
        resource=_or_null(TEXT),
        id=_or_null(TEXT),
        version=_or_null(INTEGER),
    ),
    "POST /v1/ingest/users": _object(
        results=_array(_object(external_id=TEXT, id=TEXT, number=TEXT, version=INTEGER, outcome=TEXT))
    ),
    **dict.fromkeys(
        (
            f"POST /v1/ingest/{name}"
            for name in (
                "orders",
                "pro-applications",
                "payments",
                "payouts",
                "payout-changes",
                "application-documents",
                "privacy-requests",
                "survey-entries",
                "contest-entries",
            )
        ),
        _object(results=_array(_object(external_id=TEXT, outcome=TEXT))),
    ),
    "POST /v1/ingest/surveys": _object(results=_array(_object(survey=TEXT, outcome=TEXT))),
    "POST /v1/webhooks/processor": _object(taken=FLAG),
    "POST /v1/application-documents/{named}/reveal": _object(
        values=ANYTHING, missing=STRINGS, expires=TEXT, grant=TEXT
    ),
    "POST /v1/orders/{named}/reveal": _object(values=ANYTHING, missing=STRINGS, expires=TEXT, grant=TEXT),
    "GET /v1/orders/{named}/history": _object(items=_array(ANYTHING), next=_or_null(TEXT)),
    "POST /v1/pro-applications/{named}/reveal": _object(values=ANYTHING, missing=STRINGS, expires=TEXT, grant=TEXT),
    "GET /v1/pro-applications/{named}/history": _object(items=_array(ANYTHING), next=_or_null(TEXT)),
    **dict.fromkeys(
        (f"POST /v1/pro-applications/{{named}}/{decision}-preview" for decision in ("approve", "decline")),
        _object(allowed=FLAG, because=TEXT, claims=FLAG),
    ),
    "POST /v1/payments/{named}/refund-preview": _object(
        amount=INTEGER, currency=TEXT, left_before=INTEGER, left_after=INTEGER, goes=TEXT, because=TEXT
    ),
    "GET /v1/orders/figures": _object(
        by=TEXT,
        zone=TEXT,
        since=TEXT,
        until=TEXT,
        currencies=_array(
            _object(currency=TEXT, **SUMS, buckets=_array(_object(start=TEXT, **SUMS))),
        ),
    ),
    "GET /v1/pro-applications/figures": _object(
        by=TEXT,
        zone=TEXT,
        since=TEXT,
        until=TEXT,
        buckets=_array(_object(start=TEXT, **COUNTS)),
        **COUNTS,
        median_days=_or_null({"type": "number"}),
        outcomes=_array(_object(outcome=TEXT, count=INTEGER, median_days=_or_null({"type": "number"}))),
        reasons=_array(_object(reason=_or_null(TEXT), count=INTEGER)),
        open=INTEGER,
        overdue=INTEGER,
    ),
    "POST /v1/privacy-requests/alike": _object(alike=_array(_object(number=TEXT, state=TEXT, kind=TEXT))),
    "GET /v1/privacy-requests/{named}/history": _object(items=_array(ANYTHING), next=_or_null(TEXT)),
    "GET /v1/privacy-requests/figures": _object(
        by=TEXT,
        zone=TEXT,
        since=TEXT,
        until=TEXT,
        buckets=_array(_object(start=TEXT, **REQUEST_COUNTS)),
        **REQUEST_COUNTS,
        **dict.fromkeys(("late", "open", "overdue", "due_soon"), INTEGER),
        median_days=_or_null({"type": "number"}),
        kinds=_array(
            _object(kind=TEXT, count=INTEGER, open=INTEGER, overdue=INTEGER, median_days=_or_null({"type": "number"}))
        ),
    ),
    "GET /v1/surveys/{named}/figures": _object(
        survey=TEXT,
        state=TEXT,
        **dict.fromkeys(("entries", "counted", "least"), INTEGER),
        settled=_or_null(TEXT),
        started=_or_null(INTEGER),
        finished=_or_null(NUMBER),
        zone=TEXT,
        told=FLAG,
        because=_or_null(TEXT),
        completion=_or_null(_object(complete=_or_null(INTEGER), share=_or_null(NUMBER))),
        days=_array(_object(start=DAY, entries=INTEGER)),
        questions=_array(
            _object(
                id=TEXT,
                kind=TEXT,
                text=TEXT,
                optional=FLAG,
                answers=_or_null(_array(_object(answer=TEXT, label=_or_null(TEXT), count=_or_null(INTEGER)))),
                **SCORES,
            )
        ),
        by=_or_null(TEXT),
        groups=_or_null(
            _array(
                _object(
                    value=TEXT,
                    until=_or_null(TEXT),
                    entries=_or_null(INTEGER),
                    questions=_array(
                        _object(id=TEXT, answers=_array(_object(answer=TEXT, count=_or_null(INTEGER))), **SCORES)
                    ),
                )
            )
        ),
    ),
    "GET /v1/surveys/{named}/texts": _object(
        question=TEXT, items=STRINGS, next=_or_null(TEXT), total=_object(count=INTEGER, exact=FLAG)
    ),
    **dict.fromkeys(
        (f"POST /v1/{resource}/{{named}}/reveal" for resource in ("awards", "contest-entries")),
        _object(values=ANYTHING, missing=STRINGS, expires=TEXT, grant=TEXT),
    ),
    **dict.fromkeys(
        (f"GET /v1/{resource}/{{named}}/history" for resource in ("awards", "contests", "contest-entries")),
        _object(items=_array(ANYTHING), next=_or_null(TEXT)),
    ),
    "GET /v1/contests/{named}/record": _object(
        format=TEXT,
        contest=TEXT,
        state=TEXT,
        terms=ANYTHING,
        **dict.fromkeys(
            ("commitment", "terms_hash", "entries_hash", "seed", "opened", "closed", "drawn", "awarded"), _or_null(TEXT)
        ),
        count=INTEGER,
        excluded=_array(_object(leaf=TEXT, why=TEXT)),
        drawn_leaves=_array(_object(leaf=TEXT, left=FLAG)),
        awards=_array(_object(place=INTEGER, rank=INTEGER, state=TEXT, reason=_or_null(TEXT))),
        leaves=STRINGS,
    ),
    "GET /v1/contests/{named}/figures": _object(
        by=TEXT,
        zone=TEXT,
        since=TEXT,
        until=TEXT,
        entries=INTEGER,
        buckets=_array(_object(start=TEXT, entries=INTEGER)),
    ),
    "GET /v1/reconciliations/{named}/lines": _object(
        items=_array(_object(line=INTEGER, result=TEXT, category=TEXT, currency=TEXT, resolved=FLAG)),
        total=_object(count=INTEGER, exact=FLAG),
        next=_or_null(TEXT),
    ),
    "GET /v1/policy": _object(
        at=TEXT,
        version=_object(number=TEXT, label=TEXT, effective=TEXT),
        items=_array(
            _object(
                name=TEXT,
                promise=TEXT,
                rule=TEXT,
                enforced=STRINGS,
                shown_by=STRINGS,
                waits_for=TEXT,
                figures=_array(_object(name=TEXT, words=TEXT, alarming=FLAG, value=INTEGER)),
                alarm=FLAG,
            )
        ),
    ),
    "GET /health": _object(status=TEXT, database=TEXT, audit=TEXT),
}
"""Answers that are no record and no list of records."""

QUERIES: dict[str, dict[str, Schema]] = {
    "GET /v1/orders/figures": {
        **dict.fromkeys(sorted(set(ORDERS.filters) - set(OWN)), TEXT),
        **DAYS,
    },
    "GET /v1/pro-applications/figures": DAYS,
    "GET /v1/privacy-requests/figures": DAYS,
    "GET /v1/surveys/{named}/figures": {"by": {"type": "string", "enum": list(BREAKDOWNS)}},
    "GET /v1/surveys/{named}/texts": {"question": TEXT, "limit": INTEGER, "cursor": TEXT},
    "GET /v1/contests/{named}/figures": DAYS,
    "GET /v1/awards/{named}/history": {"cursor": TEXT},
    "GET /v1/awards/{named}/drafts": {"template": TEXT},
    "GET /v1/contests/{named}/history": {"cursor": TEXT},
    "GET /v1/contest-entries/{named}/history": {"cursor": TEXT},
    "GET /v1/reconciliations/{named}/lines": {"result": _array(TEXT), "limit": INTEGER, "cursor": TEXT},
    "GET /v1/users/{named}/contact": {"topic": TEXT, "service": TEXT},
    "GET /v1/tickets/{named}/drafts": {"template": TEXT, "to": TEXT, "reason": TEXT},
    "GET /v1/privacy-requests/{named}/drafts": {"template": TEXT, "reason": TEXT},
    "GET /v1/users/{named}/history": {"cursor": TEXT},
    "GET /v1/orders/{named}/history": {"cursor": TEXT},
    "GET /v1/pro-applications/{named}/history": {"cursor": TEXT},
}
REQUIRED = {"topic", "template", "question"}
PUBLIC = {
    "GET /v1", "POST /v1/auth/token", "POST /v1/webhooks/processor", "GET /health", "GET /v1/packages/{token}",
    "POST /v1/packages/{token}",
}  # fmt: skip
LINES = {
    f"POST /v1/{entity.resource}/{'{named}/' if 'export' in entity.deeds else ''}export"
    for entity in ENTITIES
    if access.has(frozenset(Role), entity.resource, "export")
}
"""Answers with lines, one JSON object each."""
BYTES: dict[str, tuple[str, ...]] = {
    "POST /v1/application-documents/{named}/open": MEDIA_TYPES,
    "GET /v1/packages/{token}": ("text/html",),
    "POST /v1/packages/{token}": ("application/zip",),
}
"""Answers that are a file as it is, and of which kinds."""
CREATING = {"POST /v1/tickets", "POST /v1/reconciliations"}

CASE: Schema = {"type": "string", "description": "the case in hand: a ticket's id or number"}
VERSION: Schema = {"type": "string", "pattern": r'^"[0-9]{1,17}"$', "description": "the record's version"}
KEY: Schema = {
    "type": "string",
    "pattern": f"^[!-~]{{1,{KEY_LENGTH}}}$",
    "description": "any unique text, one an intent",
}


def describe(app: FastAPI) -> Callable[[], Schema]:
    """Takes the place of `app.openapi`."""

    def openapi() -> Schema:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, routes=app.routes)
            for path, operations in found["paths"].items():
                for method, operation in operations.items():
                    _complete(f"{method.upper()} {path}", operation)
            _add_components(found)
            app.openapi_schema = found
        return app.openapi_schema

    return openapi


def _complete(name: str, operation: Schema) -> None:
    operation["parameters"] = operation.get("parameters", []) + _queries(name) + _headers(name)
    if name not in PUBLIC:
        operation["security"] = [{"bearer": []}]
    if name in LINES:
        operation["responses"]["200"]["content"] = {"application/x-ndjson": {"schema": TEXT}}
        return
    if name in BYTES:
        operation["responses"]["200"]["content"] = {kind: {"schema": FILE} for kind in BYTES[name]}
        return
    if name in CREATING:
        operation["responses"]["201"] = operation["responses"].pop("200")
    for status in {"200", "201"} & set(operation["responses"]):
        answer: Schema = {"application/json": {"schema": _answer(name)}}
        operation["responses"][status]["content"] = answer


def _answer(name: str) -> Schema:
    if name in ANSWERS:
        return ANSWERS[name]
    record = _reference(_entity(name))
    is_list = name.endswith("/search") or (name.startswith("GET") and "{" not in name)
    return _list_of(record) if is_list else record


def _entity(name: str) -> Entity:
    resource = name.split("/")[2]
    return next(entity for entity in ENTITIES if entity.resource == resource)


def _queries(name: str) -> list[Schema]:
    lists = {f"GET /v1/{entity.resource}": entity for entity in ENTITIES}
    found = _of_list(lists[name]) if name in lists else QUERIES.get(name, {})
    return [
        {"name": key, "in": "query", "required": key in REQUIRED, "schema": schema} for key, schema in found.items()
    ]


def _of_list(entity: Entity) -> dict[str, Schema]:
    sorts = [sign + name for name in entity.sorts for sign in ("", "-")]
    filters = {name: _closed(found.values) for name, found in entity.filters.items()}
    if "state" in filters:
        filters["state"] = _array(filters["state"])
    ways = {"cursor": TEXT, "around": TEXT, "at": TEXT, "end": _closed(("true",))}
    fraction: Schema = {"type": "number", "minimum": 0, "maximum": 1}
    limit: Schema = {"type": "integer", "minimum": 1, "maximum": MOST}
    return {**filters, "sort": _closed(tuple(sorts)), "limit": limit, **ways, "fraction": fraction}


def _closed(values: tuple[str, ...]) -> Schema:
    """One of these; `me` stands beside ids."""
    return {"type": "string", "enum": list(values)} if values and "me" not in values else TEXT


def _headers(name: str) -> list[Schema]:
    if name in PUBLIC:
        return []
    found = {"Petworks-Case": CASE}
    if name.startswith(("POST", "PATCH")):
        found |= {"Idempotency-Key": KEY, "If-Match": VERSION}
    return [{"name": key, "in": "header", "required": False, "schema": schema} for key, schema in found.items()]


def _add_components(found: Schema) -> None:
    models = [(entity.record, "validation") for entity in ENTITIES]
    _, records = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(records["$defs"])
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
