"""What an employee sees: one screen a resource. The next screen gets its line here."""

from __future__ import annotations

from screens.audit import AuditScreen
from screens.disclosures import DisclosuresScreen
from screens.employees import EmployeesScreen
from screens.google_access import GoogleAccessesScreen
from screens.orders import OrdersScreen
from screens.parts.base import PetworksScreen
from screens.payment_reviews import PaymentReviewsScreen
from screens.policy import PolicyScreen
from screens.privacy_requests import PrivacyRequestsScreen
from screens.pro_applications import ProApplicationsScreen
from screens.reconciliations import ReconciliationsScreen
from screens.surveys import SurveysScreen
from screens.tickets import TicketsScreen
from screens.users import UsersScreen

SCREENS: dict[str, type[PetworksScreen]] = {
    "tickets": TicketsScreen,
    "users": UsersScreen,
    "pro-applications": ProApplicationsScreen,
    "orders": OrdersScreen,
    "privacy-requests": PrivacyRequestsScreen,
    "surveys": SurveysScreen,
    "audit": AuditScreen,
    "employees": EmployeesScreen,
    "policy": PolicyScreen,
    "payment-reviews": PaymentReviewsScreen,
    "reconciliations": ReconciliationsScreen,
    "google-access": GoogleAccessesScreen,
    "disclosures": DisclosuresScreen,
}
"""Screen → class, in menu order; the numbers of the tabs are in `screens.parts.head.TABS`."""
