"""What can be done with a privacy request, what each of it means in words, and what it asks before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.records.privacy_requests import Step
from screens.parts.deed import Deed
from screens.parts.money_view import word

DEEDS: Mapping[str, Deed] = {
    "claim": Deed("Claim", "yours for 30 minutes; work renews it. u undoes it.", versioned=False),
    "release": Deed("Put back", "free for others. u undoes it."),
    "begin": Deed("Begin the work", "in work."),
    "withdraw": Deed(
        "Withdraw",
        "withdrawn.",
        effect="{number} is over, and its case is solved: the person asked for it. Nobody is declined by this.",
        reasons="privacy_withdraw_reasons",
        ask="Note",
    ),
    "plan": Deed("Make the plan", "the plan is made. Nothing is erased by it."),
    "submit": Deed(
        "Send the plan for approval",
        "with a second person now.",
        effect="{number} goes to a second person with the plan as it is shown. Nothing is erased before they approve it.",
    ),
    "send-back": Deed(
        "Send the plan back",
        "in work again.",
        effect="{number} goes back to whoever made the plan. Nothing is erased.",
        reasons="send_back_reasons",
        ask="What is missing",
    ),
    "build-package": Deed(
        "Build the package",
        "the package is being built; you can leave it to the platform.",
        effect="The platform collects everything that bears on the person, and seals it. Nobody here reads it: you see counts and a hash.",
    ),
}
"""The actions that one question is enough for, or none."""

UNDO = {"claim": "release", "release": "claim"}
"""What takes back what."""


@dataclass(frozen=True)
class Letter:
    """An action with a letter: `effect` is asked before it is written; `ask` labels a text that goes as `asks`.

    `cites`: a decision, which names the policy version in force. `letter`: must or may.
    """

    words: str
    done: str
    effect: str = ""
    concern: str = ""
    """What else is said of a concern."""
    reasons: str = ""
    ask: str = ""
    asks: str = "text"
    cites: bool = False
    letter: str = "must"
    template: str = ""


BASIS = "Basis: the law or rule"

LETTERS: Mapping[str, Letter] = {
    "acknowledge": Letter("Acknowledge", "acknowledged.", template="acknowledge_request"),
    "ask-proof": Letter("Ask for proof", "proof is asked for.", template="ask_proof"),
    "unverifiable": Letter(
        "Close as not proven",
        "closed as not proven; the person may appeal.",
        effect="{number} ends, because it can't be proven who asks. The letter says how to appeal.",
        reasons="unverifiable_reasons",
        ask="Note",
        cites=True,
        template="unverifiable",
    ),
    "extend": Letter(
        "Extend",
        "extended, and the notice goes out.",
        effect="The time to answer {number} is extended, once. The notice has to go out inside the first period.",
        reasons="extend_reasons",
        template="extend",
    ),
    "deny": Letter(
        "Deny",
        "denied; the person may appeal.",
        effect="{number} is denied. The letter gives the reason, and says how to appeal; another person decides on that.",
        reasons="deny_reasons",
        ask=BASIS,
        asks="basis",
        cites=True,
        template="deny",
    ),
    "fulfil": Letter(
        "Fulfil",
        "fulfilled.",
        effect="{number} is fulfilled, and its case is solved.",
        concern="A concern needs its reply.",
        ask="Note",
        cites=True,
        letter="may",
        template="fulfil",
    ),
    "fulfil-partly": Letter(
        "Fulfil in part",
        "fulfilled in part; the person may appeal.",
        effect="{number} is fulfilled in part. The letter says what is left out, and how to appeal.",
        reasons="fulfil_partly_reasons",
        ask=BASIS,
        asks="basis",
        cites=True,
        template="fulfil_partly",
    ),
    "uphold": Letter(
        "Uphold the decision",
        "upheld.",
        effect="The decision on {number} stands, and it is over. The letter names the Attorney General, to whom the person can turn.",
        ask="Note",
        cites=True,
        template="uphold",
    ),
    "reverse": Letter(
        "Reverse the decision",
        "to be decided anew.",
        effect="The decision on {number} falls. It is begun again, and the letter says so.",
        ask="Note",
        cites=True,
        letter="may",
        template="reverse",
    ),
    "confirm": Letter("Confirm the opt-out", "confirmed.", template="confirm"),
    "release-package": Letter(
        "Release the package",
        "released.",
        effect="The link to the package goes to the person by e-mail. The passphrase is shown to you once: tell it to them another way.",
        template="release_package",
    ),
}
"""Action → what is asked and written for it."""

WORDS: Mapping[str, str] = {
    "note": "Write a note",
    "message": "Write a letter",
    "allow-release": "Allow the release",
    "undo-letter": "Take the letter back",
    "posted": "Post a letter, or send it again",
    "identify": "Say who it is about",
    "set-regime": "Change the rules that apply",
    "amend": "Change the name, the address or the authority",
    "verify": "Check who asks",
    "appeal": "Note an appeal",
    "approve": "Approve the erasure",
    "propose": "Propose a correction",
    "told": "Say that somebody was told",
    "withdraw-proposal": "Withdraw a proposed correction",
    "apply": "Apply the corrections",
    "erased": "Erase",
}
"""Actions with ways of their own → what `x` calls them."""

NAMES: Mapping[str, str] = {
    **{name: deed.words for name, deed in DEEDS.items()},
    **{name: letter.words for name, letter in LETTERS.items()},
    **WORDS,
}


IN_STEPS: Mapping[str, str] = {
    "acknowledged": "Acknowledge",
    "letter_posted": "Post the letter, and say that it was posted",
    "letter_sent": "Send the letter that failed again, or by post",
}
"""Step → what is to be done, where its action has other words."""

BY_ITSELF: Mapping[str, str] = {
    "package_built": "The platform builds the package",
    "erased": "The platform erases",
    "effective": "The platform makes it work",
}
"""Step that nobody takes → what goes on."""


def step_words(step: Step) -> str:
    """What takes a step: its action, what a letter is for, or the platform."""
    if step.action is None:
        return BY_ITSELF.get(step.name) or f"The platform: {word(step.name)}"
    if step.name in IN_STEPS:
        return IN_STEPS[step.name]
    return NAMES.get(step.action) or word(step.action).capitalize()
