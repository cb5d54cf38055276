"""What can be done with an order by one question: a reason, a note, a yes. Notes and refunds have ways of their own."""

from __future__ import annotations

from screens.parts.deed import Deed

DEEDS = {
    "trouble": Deed(
        "Raise trouble",
        "in trouble. t takes its case.",
        effect="{number} gets a case that anybody of support, billing and the managers can claim; it is linked to the pet "
        "parent and the pro. Nothing is said to them, and no money moves.",
        reasons="trouble_reasons",
        ask="What happened",
        title="Raise trouble for {them}",
    ),
    "resolve": Deed(
        "Resolve the trouble",
        "out of trouble.",
        effect="{number} is out of trouble, and its case is solved: whoever has it in hand puts it down.",
        title="Resolve the trouble of {them}",
        ask="How it was settled",
        must=True,
    ),
    "cancel": Deed(
        "Cancel the order",
        "cancelled.",
        effect="{number} is cancelled for good: the service does not take place. Money that was captured stays where it is "
        "until somebody refunds it.",
        reasons="cancel_reasons",
        ask="Note",
        title="Cancel {them}",
    ),
}
