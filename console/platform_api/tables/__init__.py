"""The tables of the records database. Personal values stand only in `sealed_…` columns: documents under the person's key.

The primary key is the number where a record has one: it rises with time, so new rows go to the end of every index.
"""

from console.platform_api.tables.applications import (
    ApplicationDocumentRow,
    ApplicationMark,
    DocumentContent,
    ProApplicationRow,
)
from console.platform_api.tables.base import Row, table
from console.platform_api.tables.contests import AwardRow, ContestEntryRow, ContestRow
from console.platform_api.tables.ledgers import AuditEntry, AuditHead, AuditReason, DisclosureRow
from console.platform_api.tables.mail import MailRow, PresenceRow
from console.platform_api.tables.money import DisputeRow, MoneyRow, PaymentRow, PayoutChangeRow, PayoutRow, RefundRow
from console.platform_api.tables.orders import OrderEvent, OrderRow
from console.platform_api.tables.people import CallerCheck, FieldChange, RevealGrant, UserRow
from console.platform_api.tables.privacy import (
    ErasurePlanRow,
    ErasureRow,
    GoogleAccessRow,
    KeptRow,
    LegalHoldRow,
    NamedInRequest,
    PackagePart,
    PolicyVersionRow,
    PrivacyPackageRow,
    PrivacyRequestRow,
    ProposalRow,
    TellingRow,
)
from console.platform_api.tables.reviews import PaymentReviewRow, ReconciliationRow, ReportLineRow
from console.platform_api.tables.staff import DeputyRow, EmployeeRole, EmployeeRow, RefreshToken, SignIn
from console.platform_api.tables.surveys import SurveyCountRow, SurveyEntryRow, SurveyRow, SurveyTextRow
from console.platform_api.tables.tickets import TicketLink, TicketMessage, TicketRow
from console.platform_api.tables.work import ChangeRow, Intent, JobRow, WebhookEvent

__all__ = [
    "ApplicationDocumentRow",
    "ApplicationMark",
    "AuditEntry",
    "AuditHead",
    "AuditReason",
    "AwardRow",
    "CallerCheck",
    "ChangeRow",
    "ContestEntryRow",
    "ContestRow",
    "DeputyRow",
    "DisclosureRow",
    "DisputeRow",
    "DocumentContent",
    "EmployeeRole",
    "EmployeeRow",
    "ErasurePlanRow",
    "ErasureRow",
    "FieldChange",
    "GoogleAccessRow",
    "Intent",
    "JobRow",
    "KeptRow",
    "LegalHoldRow",
    "MailRow",
    "MoneyRow",
    "NamedInRequest",
    "OrderEvent",
    "OrderRow",
    "PackagePart",
    "PaymentReviewRow",
    "PaymentRow",
    "PayoutChangeRow",
    "PayoutRow",
    "PolicyVersionRow",
    "PresenceRow",
    "PrivacyPackageRow",
    "PrivacyRequestRow",
    "ProApplicationRow",
    "ProposalRow",
    "ReconciliationRow",
    "RefreshToken",
    "RefundRow",
    "ReportLineRow",
    "RevealGrant",
    "Row",
    "SignIn",
    "SurveyCountRow",
    "SurveyEntryRow",
    "SurveyRow",
    "SurveyTextRow",
    "TellingRow",
    "TicketLink",
    "TicketMessage",
    "TicketRow",
    "UserRow",
    "WebhookEvent",
    "table",
]
