"""`v` on an application shows who applied: their record's values, for the case in hand, logged as anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

from console.raw import Raw
from console.records.pro_applications import ProApplication
from console.records.record import Record
from console.session import CaseInHand
from screens.parts.reveal import maskable
from screens.parts.revealing import RevealingScreen


class ApplicantScreen(RevealingScreen):
    """Who sees the application in masks reveals that; who sees it in clear reveals the person."""

    PRESET: ClassVar[str] = "application"

    def __init__(self) -> None:
        super().__init__()
        self._persons: dict[str, str] = {}
        """Number of a person → the id that their values in clear are kept under."""

    async def opens(self, record: Record, case: CaseInHand) -> tuple[str, Record]:
        application = cast(ProApplication, record)
        if maskable(application) or application.person is None:
            return self.COLLECTION, application
        person: Record = await self.client.record("users", application.person, case=case.id)
        self._persons[application.person] = person.id
        return "users", person

    def in_clear(self, application: ProApplication) -> Mapping[str, Raw]:
        """What of the applicant is in clear now."""
        return self.shell.revealed.of(self._persons.get(application.person or "", ""))
