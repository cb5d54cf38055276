"""Documents of the sample applications: what the services need and now and then more; valid, soon to expire, expired, pending or missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.platform_api.application_marks import LACKS
from console.platform_api.ids import id_text
from console.platform_api.seed_application_rows import OVER, Application, ApplicationRows
from console.platform_api.seed_application_texts import CLEAR_RESULTS, POOR_RESULTS, PROVIDERS
from console.platform_api.seed_files import FILES, File
from console.platform_api.seed_order_rows import DAY, HOUR, Ground
from console.platform_api.tables import ApplicationDocumentRow, ApplicationMark, DocumentContent
from console.records.application_documents import DocumentKind, DocumentState
from console.records.pro_applications import ApplicationState, needed_documents

YEAR = 365 * DAY
EXPIRING = 30 * DAY

NEVER = frozenset({DocumentKind.BACKGROUND_CHECK, DocumentKind.OTHER})
"""Kinds that don't expire."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A document on its way: `file` is None while its provider has not answered."""

    kind: str
    state: str
    received: int
    expires: int | None
    file: File | None


class DocumentMaker:
    def __init__(self, ground: Ground, made: ApplicationRows) -> None:
        self._ground, self._made = ground, made

    def make(self, application: Application) -> None:
        """All documents of it, and the marks of those that it lacks. An erased person's are gone."""
        if application.applicant.erased:
            return
        there = set()
        for sent in self._sent(application):
            self._row(application, sent)
            there |= {sent.kind} if sent.state == DocumentState.RECEIVED else set()
        lacking = {str(kind) for kind in needed_documents(application.services)} - there
        self._made.rows[ApplicationMark] += [(LACKS + kind, application.id) for kind in sorted(lacking)]

    def _sent(self, application: Application) -> Iterator[_Sent]:
        ground = self._ground
        for kind in needed_documents(application.services):
            if not application.complete and ground.chance(0.13):
                continue
            if self._is_pending(application, kind):
                yield self._one(application, kind, DocumentState.PENDING)
                continue
            if ground.chance(0.06):
                yield self._one(application, kind, DocumentState.REPLACED)
            yield self._one(application, kind, DocumentState.RECEIVED)
        if ground.chance(0.15):
            yield self._one(application, DocumentKind.OTHER, DocumentState.RECEIVED)

    def _is_pending(self, application: Application, kind: DocumentKind) -> bool:
        """Providers answer within days: none is pending of what is over."""
        waits = application.course != OVER and not application.complete and kind is DocumentKind.BACKGROUND_CHECK
        return waits and self._ground.chance(0.35)

    def _one(self, application: Application, kind: DocumentKind, state: DocumentState) -> _Sent:
        ground = self._ground
        received = ground.before_now(application.received + int(ground.random.random() * HOUR))
        file = None if state is DocumentState.PENDING else ground.random.choice(FILES[kind])
        return _Sent(str(kind), str(state), received, self._expires(application, kind, state, received), file)

    def _expires(self, application: Application, kind: DocumentKind, state: DocumentState, received: int) -> int | None:
        """A pro's are renewed, so they run out in the future; but for some that have just run out, or soon will."""
        ground = self._ground
        if kind in NEVER:
            return None
        if state is DocumentState.REPLACED:
            return ground.before_now(received + 10 * DAY)
        if ground.chance(0.04 if application.complete else 0.1):
            return ground.until + HOUR + int(ground.random.random() * (EXPIRING - HOUR))
        lapsed = 0.02 if application.state == ApplicationState.APPROVED else 0.0 if application.complete else 0.1
        if ground.chance(lapsed):
            return ground.until - int(ground.random.random() * 5 * DAY)
        return ground.until + EXPIRING + int(ground.random.random() * 2 * YEAR)

    # Rows

    def _row(self, application: Application, sent: _Sent) -> None:
        ground, applicant = self._ground, application.applicant
        document = ground.id(sent.received)
        sealed = ground.seal(
            applicant.key, "application-documents", document, "document", sent.received, self._texts(application, sent)
        )
        media_type, size = (sent.file.media_type, len(sent.file.content)) if sent.file else (None, None)
        self._made.rows[ApplicationDocumentRow].append((
            0, document, f"document-{document.hex()}", 1, sent.state, application.id, applicant.id, sent.kind, sent.received, sent.expires,
            media_type, size, None, sealed,
        ))  # fmt: skip
        if sent.file is not None:
            content = applicant.key.seal("application-documents", id_text(document), "content", sent.file.content)
            self._made.rows[DocumentContent].append((document, content))

    def _texts(self, application: Application, sent: _Sent) -> dict[str, str | None]:
        """The background check has a result as soon as it is there; a poor one never where the application is complete."""
        ground = self._ground
        provider = ground.random.choice(PROVIDERS[sent.kind]).format(
            city=application.applicant.person.city or "Hartford"
        )
        result = None
        if sent.kind == DocumentKind.BACKGROUND_CHECK and sent.file is not None:
            poor = not application.complete and ground.chance(0.1)
            result = ground.random.choice(POOR_RESULTS if poor else CLEAR_RESULTS)
        return {"file_name": sent.file.name if sent.file else None, "provider": provider, "result": result}
