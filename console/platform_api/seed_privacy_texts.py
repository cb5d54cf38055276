"""What people ask of privacy in the sample data, and what is answered and noted. {name}, {email}, {city} are the asker's own."""

from __future__ import annotations

WORDS = {
    "access": (
        "Dear Petworks,\n\nplease send me all that you have stored about me, and tell me who has looked at it.\n\n{name}",
        "I am a customer from the EU. Under Article 15 GDPR I ask for a copy of my personal data.\n\n{name}",
        "¿Qué datos tienen ustedes sobre mí? Quiero una copia, por favor. {name}",
        "what do you know about me???\n\n=HYPERLINK(\"https://petworks.example.phish.test\";\"see\")",
    ),
    "correct": (
        "My phone number changed in spring, and you still call the old one. Please correct it.\n\n{name}",
        "Hello, I married: my name is spelt wrong in your records now. The address is fine.\n\n{name}",
        "Meine Postleitzahl ist falsch, bitte berichtigen. {name}",
    ),
    "delete": (
        "We moved away and have no dog any more. Please delete everything you have about me ({email}).\n\n{name}",
        "Delete my account. All of it. I will not ask twice.\n\n{name}",
        "Прошу удалить все мои данные. {name}",
        "\x1b]0;owned\x07Please [bold red]delete[/] me.\n\n{name}",
    ),
    "opt_out": (
        "Unsubscribe me from all of your offers, please. {email}",
        "STOP",
        "No more specials and no news either. I did not ask for them. {name}",
    ),
    "concern": (
        "Somebody of yours read my address aloud on the phone while others were listening. That isn't what your policy says.\n\n{name}",
        "Your sitter knew my second phone number, which I gave to nobody but you. How?\n\n{name}",
        "I asked three months ago what you store, and heard nothing. That is a breach of your own policy.\n\n{name}",
    ),
}  # fmt: skip
"""Kind → what is asked."""

AUTHORITY = "Power of attorney of 3 March, signed, sent as a copy by mail. The agent is the asker's daughter."

NOTES = (
    "Rang back on the number on file; the asker is who they say.",
    "Two accounts look alike: asked which one is meant.",
    "Waiting for what the asker promised to send on Monday.",
    "Nothing unusual. Goes its way.",
)

ACKNOWLEDGED = (
    "We have your request",
    "Hello,\n\nwe have received your request and will answer it within the time that the law gives us.\n\nPetworks, privacy",
)
PROOF = (
    "Please show us that it is you",
    "Hello,\n\nbefore we can go on, we need to be sure who asks. Please answer with what we ask for below.\n\nPetworks, privacy",
)
EXTENDED = (
    "We need more time",
    "Hello,\n\nyour request is complex. We need the longer time that the law allows, and tell you here why.\n\nPetworks, privacy",
)
REPLIES = ("Thank you, here it is.", "Is there any news?", "You have until Friday.")

ENDINGS = {
    "fulfilled": ("Your request is done", "Hello,\n\nwhat you asked for is done.\n\nPetworks, privacy"),
    "partly_fulfilled": (
        "Your request is done in part",
        "Hello,\n\npart of what you asked for is done. The rest must be kept by law. You can appeal.\n\nPetworks, privacy",
    ),
    "denied": ("About your request", "Hello,\n\nwe can't do what you asked for, and say here why. You can appeal.\n\nPetworks, privacy"),
    "unverifiable": (
        "About your request", "Hello,\n\nwe could not be sure who asked, so we go no further. You can appeal.\n\nPetworks, privacy",
    ),
    "upheld": (
        "About your appeal",
        "Hello,\n\nwe looked again and come to the same. You can turn to the Attorney General.\n\nPetworks, privacy",
    ),
    "confirmed": ("You are off our list", "Hello,\n\nyou get no more offers of ours.\n\nPetworks, privacy"),
}  # fmt: skip
"""How it ended → subject and body."""

BASES = {
    "denied": "Section 4 of the policy: records of payments are kept for seven years.",
    "partly_fulfilled": "Section 4 of the policy; the payments' records are kept for tax law.",
}

NEW_POLICY = "\n\nWe answer what you ask of your data within 45 days, or within one month where the law of the European Union holds.\n"
"""What the second version of the policy adds to the first."""
