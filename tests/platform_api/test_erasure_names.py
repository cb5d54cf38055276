"""Taking a person out of what others wrote: whatever the script, and whatever somebody does to hide a name in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.platform_api.erasure_names import Names

MARIA = (
    ("name", "Maria Gómez"), ("email", "maria.gomez@example.net"), ("phone", "+12035550142"), ("street", "12 Fairfield Avenue"),
)  # fmt: skip


def assert_taken_out(names: Names, text: str, made: str) -> None:
    assert names.redacted(text) == made
    assert names.redacted(made) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Maria Gomez called", "••• ••• called"),
        ("MARÍA’S dog, Mariana's cat", "•••’S dog, Mariana's cat"),
        ("Jose Marı\u0301a", "Jose •••"),
        ("l'appel d'Maria, maria_gomez, maria2024", "l'appel d'•••, •••_•••, •••2024"),
        ("write to Maria.Gomez@example.net.", "write to •••."),
        ("?to=maria.gomez@example.net&x …maria.gomez@example.net", "?to=•••&x …•••"),
        ("other.maria@example.net", "other.•••@example.net"),
        ("xmaria.gomez@example.net.au", "xmaria.•••@example.net.au"),
        ("ring 203 555 0142 or +1 (203) 555-0142 or 203 555 0143", "ring ••• or ••• or 203 555 0143"),
        ("001 203-555.0142 203 555 0142 203 555 0143, 12035550142", "••• ••• 203 555 0143, •••"),
        ("92035550142 20355501423", "92035550142 20355501423"),
        ("12  Fairfield\nAvenue, but not 112 Fairfield Avenuex", "•••, but not 112 Fairfield Avenuex"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_a_person_is_taken_out_of_a_text(text: str, made: str) -> None:
    assert_taken_out(Names(MARIA), text, made)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("\u202eMaria\u202c Gomez", "\u202e••• •••"),
        ("Ma\u200dria, ma\u00adria, M\u2060a\ufeffria", "•••, •••, •••"),
        ("Maria\u200bGomez", "••••••"),
        ("Ｍａｒｉａ　Ｇｏｍｅｚ", "•••　•••"),
        ("ｍａｒｉａ．ｇｏｍｅｚ＠ｅｘａｍｐｌｅ．ｎｅｔ", "•••"),
        ("２０３５５５０１４２, ٢٠٣٥٥٥٠١٤٢", "•••, •••"),
        ("M\u0336a\u0336r\u0336i\u0336a\u0336 and M\u0301\u0302\u0303\u0304aria", "••• and •••"),
        ("M\u20dda\u20ddria\ufe0f", "•••"),
        ("𝓜𝓪𝓻𝓲𝓪 Ⓜⓐⓡⓘⓐ", "••• •••"),
        ("请写信给maria.gomez@example.net谢谢，电话2035550142号", "请写信给•••谢谢，电话•••号"),
        ("👩\u200d👧 Maria\u0000Gomez", "👩\u200d👧 •••\u0000•••"),
        ("¨Maria´s", "¨•••´s"),
    ],
)
def test_a_name_in_disguise_is_a_name(text: str, made: str) -> None:
    assert_taken_out(Names(MARIA), text, made)


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("王小明", "请告诉王小明他的狗", "请告诉•••他的狗"),
        ("王小明", "王　小明、王\u200d小\ufe00明来了", "•••、•••来了"),
        ("王小明", "小明的狗", "•••的狗"),
        ("王小明", "王小姐来了，明天", "王小姐来了，明天"),
        ("王 明", "王明来了，王先生，明天", "•••来了，王先生，明天"),
        ("欧阳小明", "欧阳先生和小明", "•••先生和•••"),
        ("山田 太郎", "山田さんは太郎です", "•••さんは•••です"),
        ("葛\U000e0100城 誠", "葛城さんへ", "•••さんへ"),
        ("ガブリエル", "ｶﾞﾌﾞﾘｴﾙさん", "•••さん"),
        ("김민수", "김민수는, 민수가", "•••는, •••가"),
        ("สมชาย ใจดี", "คุณสมชายมาแล้ว", "คุณ•••มาแล้ว"),
        ("प्रिया शर्मा", "प्रिया आई, प्र", "••• आई, प्र"),
        ("محمد علي", "ومحمد، م\u064fح\u0640م\u0651د، محمدي", "•••، •••، محمدي"),
        ("דוד כהן", "לדוד, דודה", "•••, דודה"),
        ("Maria 王小明", "Maria找王小明", "•••找•••"),
    ],
)
def test_a_name_is_found_as_its_script_is_written(name: str, text: str, made: str) -> None:
    assert_taken_out(Names([("name", name)]), text, made)


def test_a_name_of_one_letter_does_not_black_out_every_text() -> None:
    names = Names([("name", "明")])
    assert_taken_out(names, "明天，说明，明 called; “明”, 明", "明天，说明，••• called; “•••”, •••")
    assert Names([("name", "J")]).redacted("J is here") == "J is here"


def test_a_street_or_a_number_that_tells_nothing_is_no_mark_of_anybody() -> None:
    names = Names(
        [("street", "5"), ("street", " , "), ("phone", "12345"), ("email", "@"), ("email", "nobody"), ("name", " ")]
    )
    text = "5 dogs, 12345 steps, @ noon, nobody"
    assert names.redacted(text) == text


def test_a_street_in_a_script_without_spaces_stands_among_other_letters() -> None:
    assert_taken_out(Names([("street", "朝阳区 建国路1号")]), "住在朝阳区建国路１号楼上", "住在•••楼上")


def test_a_domain_is_found_as_people_read_it_and_as_dns_knows_it() -> None:
    for stored in ("zoë@bücher.example", "zoë@xn--bcher-kva.example"):
        names = Names([("email", stored)])
        assert_taken_out(names, "zoë@bücher.example, ZOË@XN--BCHER-KVA.EXAMPLE", "•••, •••")


def test_hostile_lengths_hold_nobody_up() -> None:
    """Looked at from each of its letters, a plan would take minutes, and so would what stands behind it."""
    names = Names(MARIA)
    assert names.redacted("a" * 400_000 + " maria.gomez@example.net") == "a" * 400_000 + " •••"
    assert names.redacted("1 " * 100_000 + "Maria") == "1 " * 100_000 + "•••"
    assert names.redacted("王" * 10_000 + "M" + "\u0301\u0323" * 5_000 + "aria") == "王" * 10_000 + "•••"
    long = Names(
        [("name", "王" * 10_000), ("name", " ".join(f"w{'x' * (n % 40)}{'y' * (n // 40)}" for n in range(2_000)))]
    )
    assert long.redacted("王" * 10_000 + " wxxyy, wz") == "••• •••, wz"


LETTERS = st.text(st.characters(categories=("L", "M", "N", "P", "Z", "Cf", "So")), max_size=40)


@given(LETTERS, LETTERS)
def test_a_whole_name_in_any_text_is_gone_and_what_is_not_theirs_stays(before: str, after: str) -> None:
    for name, names in (("Zoëphine", LATIN), ("王小明", HAN)):
        made = names.redacted(f"{before} {name} {after}")
        assert name not in made and names.redacted(made) == made
    without = f"{before}{after}"
    if not any(letter in without.casefold() for letter in "q\u02a0\u24e0\uff51\u213a"):
        assert Names([("name", "Qq"), ("email", "q@q.example"), ("street", "1234 Qq")]).redacted(without) == without


LATIN, HAN = Names([("name", "Zoëphine")]), Names([("name", "王小明")])
