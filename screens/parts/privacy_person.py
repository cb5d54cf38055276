"""`v` on a privacy request shows whom it is about: their record's values, for the case in hand, logged as anywhere else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, ClassVar, cast

from console.raw import Raw
from console.records.privacy_requests import PrivacyRequest
from console.records.record import Record
from console.session import CaseInHand
from screens.parts.revealing import RevealingScreen


class PrivacyPersonScreen(RevealingScreen):
    """The request's own texts come in clear with its claim; the person's are revealed."""

    PRESET: ClassVar[str] = "privacy_request"

    def __init__(self) -> None:
        super().__init__()
        self._persons: dict[str, str] = {}
        """Number of a person → the id that their values in clear are kept under."""

    def with_case(self, job: Callable[[Record, CaseInHand], Coroutine[Any, Any, None]], doing: str) -> None:
        """Of nobody nothing can be revealed."""
        selected = self.selected
        if isinstance(selected, PrivacyRequest) and selected.person is None:
            self.told(f"It isn't known whom {selected.number} is about.", "x says who, once you have claimed it.")
        else:
            super().with_case(job, doing)

    async def opens(self, record: Record, case: CaseInHand) -> tuple[str, Record]:
        request = cast(PrivacyRequest, record)
        number = str(request.person)
        person: Record = await self.client.record("users", number, case=case.id)
        self._persons[number] = person.id
        return "users", person

    def in_clear(self, request: PrivacyRequest) -> Mapping[str, Raw]:
        """What of the person is in clear now."""
        return self.shell.revealed.of(self._persons.get(request.person or "", ""))
