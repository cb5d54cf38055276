"""What people write to the marketplace, and what support answers and notes. {name}, {email}, {phone}, {city} are the writer's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    subject: str
    body: str
    answer: str = "Hello,\n\nthank you for writing. We looked into it and will get back to you today.\n\nPetworks"
    note: str = "Looked at the account; nothing unusual."


REQUESTS = (
    Request(
        "Can't sign in any more",
        "Hi,\n\nI can't get into my account since Monday. My address there is {email}. The reset mail never comes, also not in "
        "spam. You can call me at {phone} if that's easier.\n\nThanks,\n{name}",
        "Hello,\n\nwe sent the mail again just now. If it doesn't arrive within ten minutes, please call us.\n\nPetworks",
        "Reset mail bounced twice; asked to check the spelling of the address.",
    ),
    Request(
        "New e-mail address",
        "Hello, I have changed my provider. Please use my new address from now on, the old one ({email}) stops working at the end "
        "of the month.\n{name}",
        "Hello,\n\nwe can change it once we know it is you. Please call us, we ask two short questions.\n\nPetworks",
        "Needs two matched checks before the address is changed.",
    ),
    Request(
        "New phone number",
        "My number {phone} is no longer in use, I will send you the new one when I have it. Until then please only write. {name}",
    ),
    Request(
        "Please take me off your list",
        "Stop sending me specials. I have asked before! My address is {email}.",
        "Hello,\n\ndone: you will get no more of these. Mail about your bookings still comes.\n\nPetworks",
        "Opted out of specials and products.",
    ),
    Request(
        "What do you know about me?",
        "Dear Petworks team,\n\nplease tell me what data you have about me, {name}, {city}, and who has looked at it.\n\nRegards",
        note="Access request; hand over to privacy.",
    ),
    Request(
        "Delete my account",
        "I moved away from {city} and no longer have a dog. Please delete everything you have about me. You know me as {email}.",
        note="Deletion request; privacy verifies.",
    ),
    Request(
        "Charged twice for grooming",
        "Hi there, my card was charged twice for Bella's grooming on Saturday, {name}. I only booked once. Could you look into it? "
        "Best reached on {phone}.",
        "Hello,\n\nthe second one was only reserved and lapses within three days. You pay once.\n\nPetworks",
        "Second authorization, not captured. Lapses by itself.",
    ),
    Request(
        "Sitter didn't show up",
        "We waited for an hour and nobody came to our house in {city}. Now my cat Miso is alone until tonight. Please call {phone} "
        "RIGHT AWAY.\n{name}",
        note="Called back, another sitter was found. Order in trouble.",
    ),
    Request(
        "My dog came home limping",
        "After yesterday's walk Rocky limps on his left hind leg. The vet says it's a sprain. I'd like to know what happened, and "
        "who pays the vet. Microchip 985141000123456, if you need it.\n\n{name}",
        note="Incident; asked the walker for a report.",
    ),
    Request(
        "How do I become a pet pro?",
        "Hello! I'm a vet technician in {city} and would love to offer boarding. What do I need? You can reach me at {email}.\n{name}",
        "Hello,\n\nlovely! Apply under 'Become a pro'; have your licence and insurance at hand.\n\nPetworks",
    ),
    Request(
        "Gutschein / gift card",
        "Guten Tag, ich möchte einen Gutschein für eine Freundin in {city} kaufen. Geht das auch per Rechnung? Grüße, {name}",
    ),
    Request(
        "Cita cancelada",
        "Hola, la cita de mi perro Canelo fue cancelada sin avisar. ¿Me pueden devolver el dinero? Mi teléfono es {phone}. "
        "Gracias, {name}",
    ),
    Request(
        "关于我的预约",
        "你好，我想把星期五的寄养改到下周。我的邮箱是 {email}。谢谢！{name}",
    ),
    Request(
        "Somebody knows my address",
        "A stranger wrote to me and knew where I live. Did you give my data to anyone? I want an answer in writing.\n{name}",
        note="Concern about privacy; must be answered.",
    ),
    Request(
        "Re: Re: Re: booking",
        "any news??? {name}\n\n> On Tuesday Petworks wrote:\n> thank you for writing. We looked into it\n>\n> https://petworks.example/t?id=1",
    ),
    Request(
        "[bold]URGENT[/] \x1b[5mblink\x1b[0m",
        "\x1b]0;owned\x07\x1b[2J[link=https://petworks.example]click[/link] \u202egnp.exe {name} \u200b\u2066x\u2069\n=cmd|' /C calc'!A1",
    ),
)

CALLS = (
    "Caller says the sitter was late twice; wants somebody else next time.",
    "Asked which data we keep about pets. Explained, no further wish.",
    "Wants specials by mail no longer; opted out while on the phone.",
    "Asked whether the vet bill is covered. Will send it in.",
    "Couldn't hear the caller; line dropped. Called back twice, no answer.",
)
