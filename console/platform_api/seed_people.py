"""People of the sample data, as plain values. The same random source makes the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from console.platform_api.ids import id_at
from console.platform_api.seed_names import sample_name
from console.records.users import SERVICES, TOPICS, UserState

UNTIL_DEFAULT = "2026-11-01T12:00:00+00:00"
"""Where the sample data ends unless told otherwise: a fixed moment, so that they are the same each time."""

YEARS = timedelta(days=6 * 365)

PLACES = (
    ("New Haven", "06511", "203"), ("Hartford", "06103", "860"), ("Bridgeport", "06604", "203"),
    ("Stamford", "06902", "203"), ("Waterbury", "06702", "203"), ("Norwalk", "06854", "203"),
    ("Danbury", "06810", "203"), ("New Britain", "06051", "860"), ("West Hartford", "06107", "860"),
    ("Greenwich", "06830", "203"), ("Hamden", "06514", "203"), ("Meriden", "06450", "203"),
    ("Bristol", "06010", "860"), ("Manchester", "06040", "860"), ("Milford", "06460", "203"),
    ("Stratford", "06614", "203"), ("East Hartford", "06118", "860"), ("Middletown", "06457", "860"),
    ("Wallingford", "06492", "203"), ("Enfield", "06082", "860"), ("Groton", "06340", "860"),
    ("Mystic", "06355", "860"), ("Old Saybrook", "06475", "860"), ("Storrs", "06268", "959"),
    ("New London", "06320", "860"), ("Torrington", "06790", "860"), ("Guilford", "06437", "475"),
    ("Westport", "06880", "475"),
)  # fmt: skip
ELSEWHERE = (
    ("Brooklyn", "11201-3145", "718"), ("Boston", "02118", "617"), ("Springfield", "01103", "413"),
    ("Providence", "02903", "401"), ("Los Angeles", "90012", "213"), ("Chicago", "60614", "312"),
    ("Houston", "77002", "713"), ("Miami", "33130", "305"), ("Coeur d’Alene", "83814", "208"),
    ("Truth or Consequences", "87901", "575"), ("Cañon City", "81212", "719"), ("San Juan", "00901", "787"),
)  # fmt: skip
ABROAD = (
    ("London", "SW1A 2AA", "44", "20 7946 {:04d}", "Baker Street"),
    ("München", "80331", "49", "89 4444{:04d}", "Weißenburger Straße"),
    ("Montréal", "H2Y 1C6", "1", "514-555-{:04d}", "rue Saint-Paul"),
    ("大阪市", "530-0001", "81", "6-6345-{:04d}", "梅田"), ("Kraków", "31-042", "48", "12 345 {:04d}", "Rynek Główny"),
    ("São Paulo", "01310-100", "55", "11 95555-{:04d}", "Avenida Paulista"),
    ("Αθήνα", "105 57", "30", "21 0555 {:04d}", "Ερμού"), ("תל אביב", "6688101", "972", "3-555-{:04d}", "רוטשילד"),
)  # fmt: skip
STREETS = (
    "Main St", "Elm Street", "Chapel St", "Whalley Ave", "Maple Avenue", "Church St", "Park Road", "Oak Lane",
    "Prospect St", "Boston Post Rd", "High St", "Lake Drive", "Washington Blvd", "Farmington Ave", "Orange St",
)  # fmt: skip
UNITS = ("", "", "", "", "", " Apt 3B", " #12", ", Unit 4", ", Floor 2", " c/o Smith", "½")
MAILBOXES = (
    *("example.com",) * 9, *("example.net",) * 4, *("example.org",) * 4, "mail.example", "post.example", "пошта.example",
)  # fmt: skip
GENDERS = ("female", "male", "non-binary", "prefer not to say")
AGE_BANDS = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
US_FORMS = (
    "({a}) {e}-{n}",
    "{a}-{e}-{n}",
    "+1 {a} {e} {n}",
    "{a}{e}{n}",
    "{a}.{e}.{n}",
    "+1{a}{e}{n}",
    "1-{a}-{e}-{n}",
)


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """`phone_normal` is the phone in E.164: working it out from the typed form takes 50 µs a number."""

    number: int
    id: str
    state: str
    pro: bool
    registered: datetime
    opted_out_at: datetime | None
    opted_out_channel: str | None
    kept_topics: frozenset[str]
    interests: tuple[str, ...]
    name: str
    email: str
    phone: str | None
    phone_normal: str
    city: str | None
    postcode: str | None
    street: str | None
    gender: str | None
    age_band: str | None
    google_email: str | None


def sample_person(random: Random, number: int, users: int, until: datetime) -> Person:
    registered = _registered(random, number, users, until)
    name, plain = sample_name(random)
    phone, phone_normal, city, postcode, street = _contact(random)
    opted_out_at, channel, kept = _opt_out(random, registered, until)
    demographic = random.random() < 0.35
    return Person(
        number=number,
        id=id_at(registered, random),
        state=_state(random),
        pro=random.random() < 0.08,
        registered=registered,
        opted_out_at=opted_out_at,
        opted_out_channel=channel,
        kept_topics=kept,
        interests=tuple(service for service in SERVICES if random.random() < 0.4),
        name=name,
        email=_email(random, plain, number),
        phone=phone,
        phone_normal=phone_normal,
        city=city,
        postcode=postcode,
        street=street if random.random() < 0.7 else None,
        gender=random.choice(GENDERS) if demographic else None,
        age_band=random.choice(AGE_BANDS) if demographic else None,
        google_email=f"{plain}{number}@gmail.example" if random.random() < 0.1 else None,
    )


def _registered(random: Random, number: int, users: int, until: datetime) -> datetime:
    """Rises with the number, and faster of late: the marketplace grows."""
    part = ((number - 0.95 + 0.9 * random.random()) / users) ** 0.6
    moment: datetime = until - YEARS + YEARS * part
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _state(random: Random) -> str:
    states = (UserState.ACTIVE, UserState.LOCKED, UserState.SUSPENDED, UserState.ERASING, UserState.ERASED)
    return str(random.choices(states, (965, 15, 13, 3, 4))[0])


def _opt_out(random: Random, since: datetime, until: datetime) -> tuple[datetime | None, str | None, frozenset[str]]:
    """When and how, and which topics are still welcome."""
    if random.random() >= 0.12:
        return None, None, frozenset(TOPICS)
    at = since + (until - since) * random.random()
    kept = frozenset({"policy_news"}) if random.random() < 0.2 else frozenset()
    return at.replace(microsecond=0), random.choice(("email", "email", "phone", "web", "letter")), kept


def _email(random: Random, plain: str, number: int) -> str:
    given, _, family = plain.partition(".")
    local = f"{random.choice((plain, given[0] + family, given, plain + '+pets'))}{number}"
    domain = random.choice(MAILBOXES)
    return local.title() + "@" + domain.upper() if random.random() < 0.02 else f"{local}@{domain}"


def _contact(random: Random) -> tuple[str | None, str, str | None, str | None, str]:
    """Phone as typed and in E.164, city, postcode, street."""
    if random.random() < 0.03:
        return _abroad(random)
    city, postcode, area = random.choice(PLACES if random.random() < 0.8 else ELSEWHERE)
    exchange, line = f"{random.randrange(200, 1000)}", f"{random.randrange(10000):04d}"
    phone = random.choice(US_FORMS).format(a=area, e=exchange, n=line)
    street = f"{random.randrange(1, 2400)} {random.choice(STREETS)}{random.choice(UNITS)}"
    if random.random() < 0.06:
        return None, "", city, postcode, street
    return phone, f"+1{area}{exchange}{line}", city, postcode, street


def _abroad(random: Random) -> tuple[str, str, str, str, str]:
    city, postcode, country, pattern, street = random.choice(ABROAD)
    national = pattern.format(random.randrange(10000))
    digits = "".join(character for character in national if character.isdecimal())
    return f"+{country} {national}", f"+{country}{digits}", city, postcode, f"{street} {random.randrange(1, 200)}"
