"""What the API speaks. The next entity goes into a file of its own here, with its fields' categories and transitions."""

from console.records.application_documents import ApplicationDocument
from console.records.audit import AuditRow
from console.records.disclosures import Disclosure
from console.records.employees import Employee
from console.records.orders import Order
from console.records.payment_reviews import PaymentReview
from console.records.payments import Payment
from console.records.payouts import Payout
from console.records.pro_applications import ProApplication
from console.records.reconciliations import Reconciliation
from console.records.record import Record
from console.records.refunds import Refund
from console.records.tickets import Ticket
from console.records.users import User

RECORDS: dict[str, type[Record]] = {
    "users": User, "tickets": Ticket, "audit": AuditRow, "employees": Employee, "orders": Order, "payments": Payment,
    "refunds": Refund, "payouts": Payout, "payment-reviews": PaymentReview, "reconciliations": Reconciliation,
    "disclosures": Disclosure, "pro-applications": ProApplication, "application-documents": ApplicationDocument,
}  # fmt: skip
"""Resource → record."""
