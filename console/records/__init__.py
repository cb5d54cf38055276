"""What the API speaks. The next entity goes into a file of its own here, with its fields' categories and transitions."""

from console.records.audit import AuditRow
from console.records.employees import Employee
from console.records.record import Record
from console.records.tickets import Ticket
from console.records.users import User

RECORDS: dict[str, type[Record]] = {"users": User, "tickets": Ticket, "audit": AuditRow, "employees": Employee}
"""Resource → record."""
