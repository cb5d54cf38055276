"""What the settings may name: themes, and the actions that keys can be given to. They are in the screens, which cost Textual's import."""

from __future__ import annotations

THEMES = ("dark", "light", "high-contrast")

ACTIONS = frozenset(
    {
        # everywhere
        "actions", "back", "case", "filter", "help", "help-everywhere", "jump", "lock", "next-role", "open-of-within", "palette",
        "reload",
        "tab-tickets", "tab-users", "tab-pro-applications", "tab-orders", "tab-privacy-requests", "tab-surveys",
        "tab-audit", "tab-employees", "tab-policy", "tab-payment-reviews",
        # lists
        "views", "copy-number", "down", "first", "last", "mark", "next", "open", "page-down", "page-up", "previous", "up",
        # users
        "caller-check", "edit", "jump-in-list", "link-case", "open-linked", "reveal", "reveal-dialog", "sort", "stop", "unmark",
        # tickets
        "link", "new-ticket", "next-ticket", "note", "pending", "reply", "solved", "take", "undo",
        # orders and payments
        "approve", "chart", "export", "import-report", "next-review", "note-review", "open-of-line", "open-of-review",
        "reconciliations", "refund", "refund-review", "reject", "resolve", "resolve-difference", "settle", "take-review",
        "trouble", "undo-review",
        # pro applications
        "ask", "decline", "documents", "figures", "next-application", "next-items", "recommend",
        # privacy requests and the policy
        "allow-google", "amend", "deny", "disclosures", "extend", "google-list", "letter", "new-request", "next-step", "post-policy",
        "privacy-request", "read-policy", "refuse-google", "withdraw-google",
        # surveys and contests
        "breakdowns", "edit-draft", "entries", "new-campaign", "published-record", "texts",
        # employees
        "grant", "new-employee", "revoke",
        # dialogs
        "show-theirs",
    }
)  # fmt: skip
