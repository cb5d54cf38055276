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
    "hold": Deed(
        "Place a legal hold",
        "under a legal hold: nothing of theirs is erased.",
        effect="Nothing of {number} is erased while the hold lasts, whoever asks for it; plans to erase stop on it. The person sees "
        "nothing of it in what they use.",
        reasons="hold_reasons",
        ask="Note",
        title="Place a legal hold on {them}",
    ),
    "lift-hold": Deed(
        "Lift the legal hold",
        "under no legal hold any more.",
        effect="What was asked to be erased of {number} can be erased again: a plan has to be made anew.",
        ask="Note",
        title="Lift the legal hold on {them}",
    ),
}
