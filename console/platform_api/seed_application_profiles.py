"""What the sample's applicants say of themselves, in many scripts and lengths, with links as they type them."""

from __future__ import annotations

from random import Random

from console.platform_api.seed_application_texts import (
    ANSWERS,
    AREAS,
    BUSINESS_NAMES,
    EXPERIENCE,
    FIRST_WORDS,
    LINKS,
    QUESTIONS,
    RARE,
    RARE_NAMES,
    RATES,
    SECOND_WORDS,
)
from console.platform_api.seed_people import PLACES, Person


def business_name(random: Random, person: Person) -> str:
    names = RARE_NAMES if random.random() < RARE else BUSINESS_NAMES
    return filled(random, person, random.choice(names))


def profile(random: Random, person: Person, name: str, *, complete: bool) -> dict[str, str | None]:
    """As typed; what is not complete lacks a field now and then."""
    texts: dict[str, str | None] = {
        "business_name": name,
        "area": filled(random, person, random.choice(AREAS)),
        "postcode": person.postcode or random.choice(PLACES)[1],
        "experience": filled(random, person, random.choice(EXPERIENCE)),
        "rates": filled(random, person, random.choice(RATES)),
        "answers": _answers(random, person),
    }
    if not complete and random.random() < 0.15:
        texts[random.choice(("experience", "rates", "area"))] = None
    return texts


def _answers(random: Random, person: Person) -> str:
    """Every question with its answer below it."""
    chosen = [(question, random.choice(ANSWERS[rank])) for rank, question in enumerate(QUESTIONS)]
    return "\n".join(f"{question}\n  {filled(random, person, answer)}" for question, answer in chosen)


def filled(random: Random, person: Person, text: str) -> str:
    """The text with what is the person's own in it."""
    if "{" not in text:
        return text
    family = (person.name.split() or [person.name])[-1]
    drawn = {"link": random.choice(LINKS), "one": random.choice(FIRST_WORDS), "two": random.choice(SECOND_WORDS)}
    return text.format(name=person.name, family=family, city=person.city or "Hartford", **drawn)
