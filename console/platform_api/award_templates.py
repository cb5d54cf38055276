"""What letters to the winners of contests begin as. A manager edits them, and they go to the address that the entry gave."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from console.platform_api.mail_template import Template

AWARDS = "awards"

LETTERS: Mapping[str, Template] = MappingProxyType(
    {
        "prize_won": Template(
            AWARDS,
            "You have won",
            "You have won: $prize",
            "You took part in our contest “$contest”, and you have won: $prize.\n\nPlease answer this mail within $days days, and tell us "
            "that you would like it. Without an answer somebody else is drawn then.\n\nWe use what you told us in your entry to tell you "
            "this and to hand the prize over, and for nothing else. It is deleted after that.",
        ),
        "prize_reminder": Template(
            AWARDS,
            "Remind of the prize",
            "Your prize is waiting: $prize",
            "You have won $prize in our contest “$contest”, and we have no answer yet. Please answer this mail by $until. Without an "
            "answer somebody else is drawn then.",
        ),
        "prize_sent": Template(
            AWARDS,
            "It is on its way",
            "Your prize is on its way",
            "Your prize from our contest “$contest” is on its way: $prize.\n\nTo send it, we told the courier your name and address, and "
            "nothing else.",
        ),
    }
)
