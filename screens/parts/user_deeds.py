"""What can be done with a user by one question: a reason, a note, a yes."""

from __future__ import annotations

from screens.parts.deed import Deed

DEEDS = {
    "lock": Deed(
        "Lock",
        "locked: the person can't sign in.",
        effect="{number} can't sign in until somebody unlocks it. Nothing else changes.",
        reasons="lock_reasons",
        ask="Note",
    ),
    "unlock": Deed(
        "Unlock", "active again.", effect="{number} can sign in again.", reasons="unlock_reasons", ask="Note"
    ),
    "suspend": Deed(
        "Suspend",
        "suspended.",
        effect="{number} can neither sign in, book nor be booked until a manager reinstates it.",
        reasons="suspend_reasons",
        ask="Note",
        typed="suspend",
    ),
    "reinstate": Deed(
        "Reinstate",
        "active again.",
        effect="{number} can sign in, book and be booked again. Orders that are in trouble stay so until somebody resolves that.",
        reasons="reinstate_reasons",
        ask="Note",
    ),
}
