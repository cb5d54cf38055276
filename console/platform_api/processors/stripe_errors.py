"""What Stripe's documented errors mean for the money: declined, unavailable, or unknown.

402, 400, 404   Stripe has decided, and did nothing                                 Declined
429, 401, 403   it didn't take the request in; a key or a limit must be mended        Unavailable
no connection   nothing was sent                                                     Unavailable
5xx, 409, half an answer, none in time                                               Unknown
a number that was used for something else (idempotency_error)                        Unknown, until somebody looks
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import stripe

from console.platform_api.processors.seam import Declined, ProcessorError, Unavailable, Unknown
from console.platform_api.processors.stripe_wire import NotSent

Found = TypeVar("Found")

_CODE = re.compile(r"[a-z0-9_]{1,60}")


def asked(call: Callable[..., Found], *given: Any) -> Found:
    """What the SDK answers, read; its errors as the seam's, without their texts, which may quote what was sent."""
    try:
        return call(*given)
    except stripe.StripeError as error:
        raise meaning_of(error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unknown("unreadable_answer") from None


def meaning_of(error: stripe.StripeError) -> ProcessorError:
    if isinstance(error, NotSent):
        return Unavailable("no_connection")
    if isinstance(error, stripe.APIConnectionError):
        return Unknown("no_answer")
    if isinstance(error, stripe.RateLimitError):
        return Unavailable("rate_limit")
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return Unavailable("key_refused")
    if isinstance(error, stripe.IdempotencyError):
        return Unknown("number_used_otherwise")
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError):
        return Declined(code_of(error.code, "invalid_request"))
    return Unknown("processor_failed")


def code_of(found: Any, otherwise: str) -> str:
    """A code of Stripe's if it looks like one: what else stands there isn't repeated."""
    return found if isinstance(found, str) and _CODE.fullmatch(found) else otherwise
