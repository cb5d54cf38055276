"""What the API speaks. The next entity goes into a file of its own here, with its fields' categories and transitions."""

from console.records.application_documents import ApplicationDocument
from console.records.audit import AuditRow
from console.records.awards import Award
from console.records.campaigns import Campaign
from console.records.contest_entries import ContestEntry
from console.records.contests import Contest
from console.records.disclosures import Disclosure
from console.records.employees import Employee
from console.records.google_access import GoogleAccess
from console.records.orders import Order
from console.records.payment_reviews import PaymentReview
from console.records.payments import Payment
from console.records.payouts import Payout
from console.records.policy_versions import PolicyVersion
from console.records.privacy_requests import PrivacyRequest
from console.records.pro_applications import ProApplication
from console.records.reconciliations import Reconciliation
from console.records.record import Record
from console.records.refunds import Refund
from console.records.survey_entries import SurveyEntry
from console.records.surveys import Survey
from console.records.tickets import Ticket
from console.records.users import User

RECORDS: dict[str, type[Record]] = {
    "users": User, "tickets": Ticket, "audit": AuditRow, "employees": Employee, "orders": Order, "payments": Payment,
    "refunds": Refund, "payouts": Payout, "payment-reviews": PaymentReview, "reconciliations": Reconciliation,
    "disclosures": Disclosure, "pro-applications": ProApplication, "application-documents": ApplicationDocument,
    "privacy-requests": PrivacyRequest, "google-access": GoogleAccess, "policy-versions": PolicyVersion,
    "campaigns": Campaign, "surveys": Survey, "survey-entries": SurveyEntry,
    "contests": Contest, "contest-entries": ContestEntry, "awards": Award,
}  # fmt: skip
"""Resource → record."""
