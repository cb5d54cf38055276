"""Keyed hashes by which a person is found: of an exact e-mail, an exact phone, whole folded name words, a card's last four.

Equal for what people take for equal (case, accents, spacing, ways to write a phone number). They are hints: every hit
is opened and compared with `same_email`, `same_phone` or `is_named`.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from console.platform_api.keys import Keys

REGION = "US"
"""Where a phone number without a country code is taken to be from."""

SPELT_OUT = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t", "ς": "σ",
})  # fmt: skip
"""Letters that decompose into nothing, as people without them on the keyboard type them."""

TRADE = frozenset((
    "a", "and", "animal", "animals", "at", "board", "boarding", "by", "care", "caring", "cat", "cats", "co", "company", "corp",
    "dog", "dogs", "for", "groom", "groomer", "groomers", "grooming", "in", "inc", "kitten", "llc", "ltd", "my", "of", "on", "our",
    "pet", "pets", "pro", "pros", "puppy", "service", "services", "sit", "sits", "sitter", "sitters", "sitting", "the", "train",
    "trainer", "trainers", "training", "walk", "walker", "walkers", "walking", "walks", "we", "with", "your",
))  # fmt: skip
"""Words that many businesses here have in their names, so that they tell none from another."""

APOSTROPHES = re.compile("['’‘ʼ`´′＇]")
SPACELESS = re.compile(r"[\u3005\u3007\u3031-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+")
"""Scripts in which a name is written with or without a space between its parts: Han, kana, Hangul."""


def email_token(keys: Keys, text: str) -> int:
    return token(keys, "email", normal_email(text))


def phone_token(keys: Keys, text: str) -> int:
    return token(keys, "phone", normal_phone(text))


def name_tokens(keys: Keys, text: str) -> frozenset[int]:
    """Of all words of a name, for the index."""
    return frozenset(token(keys, "name", word) for word in words(text))


def sought_tokens(keys: Keys, text: str) -> frozenset[int]:
    """Of the words of a search, all of which a person must have."""
    return frozenset(token(keys, "name", word) for word in sought_words(text))


def postcode_token(keys: Keys, text: str) -> int:
    """Of a whole postcode, for the list of those who would like to work there."""
    return token(keys, "postcode", "".join(fold(text).split()))


def address_token(keys: Keys, street: str, postcode: str) -> int:
    """Of a whole street address with its postcode."""
    return token(keys, "address", normal_address(street, postcode))


def business_tokens(keys: Keys, text: str) -> frozenset[int]:
    """Of the words of a business's name that tell it from others."""
    return frozenset(token(keys, "business", word) for word in business_words(text))


def last_four_token(keys: Keys, text: str) -> int:
    """Of the last four digits of a card or account that somebody paid with. Some hundred persons in a million share each."""
    return token(keys, "last_four", "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())[-4:])


def token(keys: Keys, label: str, normal: str) -> int:
    """A signed 64-bit integer. The label keeps fields apart, the key's id makes tokens of two keys differ in kind."""
    digest = hmac.digest(keys.blind, f"{keys.blind_id}\n{label}\n{normal}".encode(errors="replace"), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)


def same_email(one: str, other: str) -> bool:
    return normal_email(one) == normal_email(other)


def same_phone(one: str, other: str) -> bool:
    return normal_phone(one) == normal_phone(other)


def same_address(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Of (street, postcode)."""
    return normal_address(*one) == normal_address(*other)


def alike_businesses(one: str, other: str) -> bool:
    """Whether two names share two thirds of the words of the longer one: the order and words of the trade make no difference."""
    mine, others = business_words(one), business_words(other)
    return bool(mine) and 3 * len(mine & others) >= 2 * max(len(mine), len(others))


def least_shared(words_of_one: int) -> int:
    """How many of a name's words another must have to be like it."""
    return -(-2 * words_of_one // 3)


def is_named(name: str, sought: str) -> bool:
    """Whether a name has all words of a search, of which there must be some."""
    wanted = sought_words(sought)
    return bool(wanted) and wanted <= words(name)


def normal_email(text: str) -> str:
    """Folded case; the domain as DNS knows it. Accents in the local part stay: they are another mailbox."""
    local, at, domain = unicodedata.normalize("NFKC", text).strip().casefold().rpartition("@")
    return f"{local}{at}{_domain(domain)}"


def _domain(domain: str) -> str:
    if domain.isascii():
        return domain.rstrip(".")
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def normal_phone(text: str) -> str:
    """E.164 without its extension; where that can't be told, the digits. Empty when there are none."""
    import phonenumbers  # 20 ms to load, and the platform answers without it

    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), REGION)
    except phonenumbers.NumberParseException:
        return "".join(str(unicodedata.digit(character)) for character in text if character.isdecimal())
    number.extension = None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_address(street: str, postcode: str) -> str:
    """Folded, without punctuation; spaces in a postcode mean nothing."""
    return f"{' '.join(_parts(street))}\n{''.join(_parts(postcode))}"


def business_words(text: str) -> frozenset[str]:
    """The words of a business's name but for those of the trade; of a name that has no others, all of it as one."""
    found = sought_words(text)
    telling = found - TRADE
    return telling or frozenset([" ".join(sorted(found))] if found else [])


def words(text: str) -> frozenset[str]:
    """The words of a name as the index holds them; those of spaceless scripts also as one."""
    parts = _parts(text)
    return frozenset(parts) | frozenset(_runs(parts))


def sought_words(text: str) -> frozenset[str]:
    """The words of a search; spaceless scripts only as one, so that a space more or less finds the same."""
    return frozenset(_runs(_parts(text)))


def _runs(parts: tuple[str, ...]) -> list[str]:
    """The words, those of neighbouring spaceless scripts joined."""
    joined: list[str] = []
    previous = False
    for part in parts:
        spaceless = SPACELESS.fullmatch(part) is not None
        if spaceless and previous:
            joined[-1] += part
        else:
            joined.append(part)
        previous = spaceless
    return joined


def _parts(text: str) -> tuple[str, ...]:
    folded = APOSTROPHES.sub("", fold(text))
    return tuple("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded).split())


def fold(text: str) -> str:
    """Folded case, compatible forms made one, no accents, nothing invisible; the letters of every script stay."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(SPELT_OUT)
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not _is_accent(c))
    return " ".join(unicodedata.normalize("NFKC", bare).split())


def _is_accent(character: str) -> bool:
    """Accents, Hebrew and Arabic points, format characters; not Indic or Thai vowel signs, nor kana's voicing."""
    order = unicodedata.combining(character)
    return order == 1 or 10 <= order <= 36 or order >= 200 or unicodedata.category(character) in ("Cf", "Cc")
