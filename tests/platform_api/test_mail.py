"""Mail that goes out: once, to whom it may, as it was written, and over nothing but TLS that is checked."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.errors import SettingsError
from console.platform_api import jobs, rules
from console.platform_api.mail_letter import ascii_address, write_letter
from console.platform_api.mail_senders import sender_of, smtp
from console.platform_api.mail_senders.eml import EmlFolder
from console.platform_api.mail_senders.seam import LastWord, Letter, NotNow, Refused
from console.platform_api.mail_senders.smtp import IMPLICIT, NO_TLS, STARTTLS, SmtpServer
from console.platform_api.platform import Platform, open_platform, utc_now
from console.platform_api.rules import Rules
from console.platform_api.tables import MailRow, UserRow, table
from console.platform_api.transaction import own_work
from tests.certificates import ELSEWHERE, HERE, Identity, issue
from tests.platform_api import forked
from tests.platform_api.api import Api, Place
from tests.platform_api.killed_mail_worker import BETWEEN, BY_FILE, BY_SMTP, FIRST, LAST
from tests.platform_api.mail_server import (
    CUT,
    PASSWORD,
    SENDER,
    SILENT,
    USER,
    PostOffice,
    authority_file,
    certificate_here,
    post_office,
    sender_to,
    use,
)
from tests.platform_api.mailed import files, parsed, poster, queued, row_of, state_of
from tests.platform_api.people import MARIA, add_person, add_ticket, log_of, patch, post
from tests.platform_api.worked import Clock, jobs_left, worker

HOSTILE = [
    "שלום, זה בסדר", "‮txt.exe‬", "a\n.\n..\n.\nb", "From here\nFrom there", "=?utf-8?q?x?=", "x" * 10_000, "ä" * 10_000,
    "\t tabs and  spaces \n\n\n", "<script>alert(1)</script>", "🐕‍🦺" * 50, "=20\n=\n=3D",
]  # fmt: skip


def sent(platform: Platform, office: PostOffice, **more: Any) -> str:
    """A mail that a worker has sent by that server; its id."""
    clock, found = Clock(platform), queued(platform, **more)
    clock.forward(seconds=10)
    poster(platform, sender_to(office)).run_all()
    return found


def content_of(office: PostOffice, place: int = 0) -> bytes:
    """A message that it took, as it came."""
    content = office.taken[place].content
    assert isinstance(content, bytes)
    return content


def test_a_mail_goes_when_it_is_due(platform: Platform):
    clock = Clock(platform)
    mail = queued(platform)
    clock.forward(seconds=9)
    poster(platform).run_all()
    assert state_of(platform, mail) == ("waiting", None) and files(platform) == []
    clock.forward(seconds=1)
    poster(platform).run_all()
    assert state_of(platform, mail) == ("sent", None)
    [message] = files(platform)
    assert message["To"] == MARIA["email"] and message["Subject"] == "Your question [T-1]"
    assert message.get_content().splitlines() == ["It is mended."]


def test_a_file_is_for_the_platform_s_user_alone(sqlite_platform: Platform):
    clock = Clock(sqlite_platform)
    mail = queued(sqlite_platform)
    clock.forward(seconds=10)
    poster(sqlite_platform).run_all()
    folder = sqlite_platform.data / "mail"
    path = folder / f"{mail}.eml"
    assert path.stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path):
    folder, told = EmlFolder(tmp_path), []
    for content in (b"first", b"second"):
        folder.send(Letter("<one@petworks.example>", "a@b.example", "c@d.example", content), lambda: told.append(1))
    assert folder.path_of("<one@petworks.example>").read_bytes() == b"first" and len(told) == 2
    assert folder.was_sent("<one@petworks.example>") and not folder.was_sent("<two@petworks.example>")


@pytest.mark.parametrize("named", ["<../../etc/passwd@x>", "<a/b@x>", "</tmp/x@x>", "<.@x>", "<@x>"])
def test_no_file_lies_elsewhere(tmp_path: Path, named: str):
    folder = EmlFolder(tmp_path)
    assert folder.path_of(named).resolve().parent == folder.folder.resolve()


# What stands in it


def test_hostile_text_arrives_as_it_was_written(sqlite_platform: Platform):
    clock, person = Clock(sqlite_platform), add_person(sqlite_platform)
    ticket = add_ticket(sqlite_platform, "support", person=person)
    subjects = [" ".join(text.split())[:140] for text in HOSTILE]
    for subject, text in zip(subjects, HOSTILE, strict=True):
        queued(sqlite_platform, person=person, ticket=ticket, subject=subject, body=text)
    clock.forward(seconds=10)
    with post_office() as office:
        poster(sqlite_platform, sender_to(office)).run_all()
    assert [message["Subject"] for message in office.messages] == [f"{subject} [T-1]" for subject in subjects]
    bodies = [message.get_content().replace("\r\n", "\n").rstrip("\n") for message in office.messages]
    assert bodies == [text.rstrip("\n") for text in HOSTILE]
    for place in range(len(HOSTILE)):
        assert content_of(office, place).isascii()
        assert all(len(line) <= 998 for line in content_of(office, place).split(b"\r\n"))


SUBJECTS = [
    "a\r\nBcc: other@example.net", "a\nBcc: other@example.net", "a\rBcc: other@example.net", "\r\n\r\nbody", "a\x00b", "a\x0bb",
    "=?utf-8?q?a=0D=0ABcc=3A_other=40example.net?=", "=?utf-8?b?YQ0KQmNjOiBvdGhlckBleGFtcGxlLm5ldA==?=",
    "a =?iso-8859-1?q?=0ABcc=3A_other=40example.net?= b", "a\u2028Bcc: other@example.net", "a\x85Bcc: other@example.net",
]  # fmt: skip
NAMES = sorted(
    ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_subject_brings_a_header(subject: str):
    """Not even one that comes past the API, which takes one line alone."""
    letter = write_letter("1", SENDER, MARIA["email"], subject, "x", utc_now(), automatic=False)
    assert sorted(parsed(letter.content).keys()) == NAMES
    assert b"\nbcc" not in letter.content.lower() and letter.recipient == MARIA["email"]


def test_no_subject_brings_a_recipient(sqlite_platform: Platform):
    with post_office() as office:
        sent(sqlite_platform, office, subject=SUBJECTS[6])
    assert office.taken[0].rcpt_tos == [MARIA["email"]] and sorted(office.messages[0].keys()) == NAMES
    assert office.messages[0]["Subject"] == f"{SUBJECTS[6]} [T-1]"


ADDRESSES = [
    "a@b.example\r\nRCPT TO:<other@example.net>", "a@b.example>\r\nDATA", "<a@b.example>", "a b@c.example", "a@b", "@b.example", "a@",
    "a,b@c.example", '"a"@b.example', "ü@b.example", "a@b..example", "a@-", "a@b.example\x00",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_no_server_takes_is_none(address: str):
    with pytest.raises(Refused, match="address"):
        ascii_address(address)


def test_what_has_no_address_that_a_server_takes_has_failed(sqlite_platform: Platform):
    """As it might stand there from before: nobody gets one in today."""
    with post_office() as office:
        mail = sent(sqlite_platform, office, person=add_person(sqlite_platform, email=ADDRESSES[0]))
    assert state_of(sqlite_platform, mail) == ("failed", "address") and office.asked == []


def test_a_domain_of_another_script_goes_as_dns_knows_it(sqlite_platform: Platform):
    with post_office() as office:
        sent(sqlite_platform, office, person=add_person(sqlite_platform, email="maria@exämple.net"))
    assert office.taken[0].rcpt_tos == ["maria@xn--exmple-cua.net"]


def test_what_nobody_wrote_says_so(sqlite_platform: Platform):
    with post_office() as office:
        sent(sqlite_platform, office, author=None, ticket=None)
        sent(sqlite_platform, office)
    said = [message["Auto-Submitted"] for message in office.messages]
    assert said == ["auto-generated", None]
    assert [message["Subject"] for message in office.messages][1] == "Your question [T-2]"


# The server


@pytest.fixture(scope="module")
def authority() -> Identity:
    return issue("Petworks test authority", [])


@pytest.mark.parametrize("tls", [STARTTLS, IMPLICIT])
def test_it_goes_over_tls_with_a_certificate_of_the_named_authority(
    sqlite_platform: Platform, authority: Identity, tmp_path: Path, tls: str
):
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    with post_office(tls, certificate_here(authority, tmp_path)) as office:
        named = authority_file(authority, tmp_path)
        sender = sender_to(office, tls, ca_file=named, user=USER, password=PASSWORD)
        poster(sqlite_platform, sender).run_all()
    assert state_of(sqlite_platform, mail) == ("sent", None) and office.tls == [True]
    assert (office.taken[0].mail_from, office.taken[0].rcpt_tos) == ("support@petworks.example", [MARIA["email"]])


@pytest.mark.parametrize("tls", [STARTTLS, IMPLICIT])
@pytest.mark.parametrize("wrong", ["another host", "itself", "unknown authority"])
def test_a_wrong_certificate_is_given_nothing(
    sqlite_platform: Platform, authority: Identity, tmp_path: Path, tls: str, wrong: str
):
    names = ELSEWHERE if wrong == "another host" else HERE
    shown = issue("mail", names, None if wrong == "itself" else authority)
    named = None if wrong == "unknown authority" else authority_file(authority, tmp_path)
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    with post_office(tls, shown.context(tmp_path)) as office:
        poster(sqlite_platform, sender_to(office, tls, ca_file=named, user=USER, password=PASSWORD)).run_all()
    assert state_of(sqlite_platform, mail) == ("waiting", "certificate") and office.asked == []


def test_a_server_without_tls_is_given_nothing(sqlite_platform: Platform):
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    with post_office(NO_TLS) as office:
        poster(sqlite_platform, sender_to(office, STARTTLS)).run_all()
        assert state_of(sqlite_platform, mail) == ("waiting", "not_offered") and office.asked == []
        clock.forward(minutes=1)
        poster(sqlite_platform, sender_to(office, IMPLICIT)).run_all()
        assert state_of(sqlite_platform, mail)[0] == "waiting" and office.asked == []


def test_a_wrong_password_is_nothing_that_the_mail_can_help(
    sqlite_platform: Platform, authority: Identity, tmp_path: Path
):
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    with post_office(STARTTLS, certificate_here(authority, tmp_path)) as office:
        named = authority_file(authority, tmp_path)
        poster(sqlite_platform, sender_to(office, STARTTLS, ca_file=named, user=USER, password="wrong")).run_all()
    assert state_of(sqlite_platform, mail) == ("waiting", "sign_in") and office.asked == []


def test_no_server_is_waited_for(sqlite_platform: Platform):
    with post_office() as office:
        gone = sender_to(office)
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    poster(sqlite_platform, gone).run_all()
    assert state_of(sqlite_platform, mail) == ("waiting", "connection")


QUOTING = "no mailbox here for <maria.gomez@example.net>"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_now_goes_later(sqlite_platform: Platform, step: str):
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    with post_office(answers={step: [f"451 {QUOTING}"]}) as office:
        poster(sqlite_platform, sender_to(office)).run_all()
        assert state_of(sqlite_platform, mail) == ("waiting", "smtp_451") and office.taken == []
        [job] = jobs_left(sqlite_platform)
        clock.now = job.due
        poster(sqlite_platform, sender_to(office)).run_all()
        assert state_of(sqlite_platform, mail) == ("sent", None) and len(office.taken) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_for_good_has_failed(sqlite_platform: Platform, caplog: pytest.LogCaptureFixture, step: str):
    with post_office(answers={step: [f"550 {QUOTING}"]}) as office:
        mail = sent(sqlite_platform, office)
    assert state_of(sqlite_platform, mail) == ("failed", "smtp_550") and office.taken == []
    assert jobs_left(sqlite_platform) == []
    [entry] = log_of(sqlite_platform, "tickets:mail-failed")
    assert entry.outcome == "failed" and "smtp_550" in str(entry.details)
    assert MARIA["email"] not in f"{entry} {row_of(sqlite_platform, mail)} {caplog.text}"


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer", [CUT, SILENT])
def test_what_breaks_off_before_the_last_word_goes_later(
    sqlite_platform: Platform, monkeypatch: pytest.MonkeyPatch, step: str, answer: str
):
    monkeypatch.setattr(smtp, "SECONDS", 0.3)
    with post_office(answers={step: [answer]}) as office:
        mail = sent(sqlite_platform, office)
        assert state_of(sqlite_platform, mail) == ("waiting", "connection") and office.taken == []


@pytest.mark.parametrize(("answer", "code"), [(CUT, "cut_off"), (SILENT, "no_answer")])
def test_without_an_answer_to_the_last_word_nobody_can_tell(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, answer: str, code: str
):
    monkeypatch.setattr(smtp, "SECONDS_AT_THE_END", 0.3)
    clock, mail = Clock(platform), queued(platform)
    clock.forward(seconds=10)
    with post_office(answers={"DATA": [answer]}) as office:
        for _ in range(4):
            poster(platform, sender_to(office)).run_all()
            clock.forward(hours=3)
        assert len(office.taken) == 1, "it is not sent again by itself"
    assert state_of(platform, mail) == ("unknown", code) and jobs_left(platform) == []
    assert "Nobody can tell" in caplog.text and MARIA["email"] not in caplog.text
    assert len(log_of(platform, "tickets:mail-unknown")) == 1


def test_a_server_that_trickles_is_left(sqlite_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(smtp, "SECONDS_IN_ALL", 0.3)
    with post_office(answers={"RCPT": [SILENT]}) as office:
        mail = sent(sqlite_platform, office)
        assert state_of(sqlite_platform, mail) == ("waiting", "connection")


# Once


def kill_at(place: Place, step: str) -> None:
    killed = forked.run("tests.platform_api.killed_mail_worker", str(place.data), place.url or "-", step)
    assert killed.returncode == -signal.SIGKILL, killed.said


def long_due(platform: Platform) -> str:
    """A mail that has waited for its ten seconds."""
    platform.clock = lambda: utc_now() - timedelta(minutes=1)
    found = queued(platform)
    platform.clock = utc_now
    return found


def go_on(platform: Platform, sender: SmtpServer | None) -> None:
    """Other workers, once the lease of the killed one has lapsed."""
    clock = Clock(platform)
    for _ in range(3):
        clock.forward(minutes=3)
        poster(platform, sender).run_all()


UNSURE = {"noted": 0, "answered": 1, "recorded, not committed": 1}
"""Step → how many the server has then."""


@pytest.mark.parametrize("step", [*BETWEEN, *BY_SMTP, *LAST])
def test_killed_at_any_step_it_never_goes_twice(sqlite_place: Place, step: str):
    """A real worker process is killed, and a real server counts."""
    killed_and_sent(sqlite_place, step)


@pytest.mark.parametrize("step", BETWEEN)
def test_killed_at_any_commit_it_never_goes_twice(postgresql_place: Place, step: str):
    killed_and_sent(postgresql_place, step)


def killed_and_sent(place: Place, step: str) -> None:
    platform = open_platform(place.data, place.url)
    mail = long_due(platform)
    with post_office() as office:
        use(platform, office)
        kill_at(place, step)
        go_on(platform, sender_to(office))
        state, _ = state_of(platform, mail)
        if step == "the last word said":  # whether the server got to take it is its own affair
            assert state == "unknown" and len(office.taken) <= 1
        else:
            wanted = ("unknown", UNSURE[step]) if step in UNSURE else ("sent", 1)
            assert (state, len(office.taken)) == wanted
    assert jobs_left(platform) == []
    platform.close()


@pytest.mark.parametrize("step", [*FIRST, *BETWEEN, *BY_FILE])
def test_killed_at_any_step_there_is_one_file(sqlite_place: Place, step: str):
    """A folder can be looked into, so nobody has to decide."""
    platform = open_platform(sqlite_place.data)
    mail = long_due(platform)
    kill_at(sqlite_place, step)
    go_on(platform, None)
    assert state_of(platform, mail) == ("sent", None) and len(files(platform)) == 1
    platform.close()


class Pausing:
    """A sender before whose last word, or after it, something else happens."""

    name = "pausing"

    def __init__(self, before: Any = None, after: Any = None) -> None:
        self.before, self.after, self.sent = before, after, 0

    def send(self, letter: Letter, last_word: LastWord) -> None:
        if self.before is not None:
            self.before()
        last_word()
        if self.after is not None:
            self.after()
        self.sent += 1

    def was_sent(self, message_id: str) -> bool | None:
        return None


def test_a_worker_that_was_too_slow_says_no_last_word(platform: Platform):
    clock, mail = Clock(platform), queued(platform)
    clock.forward(seconds=10)
    quick = Pausing()

    def overtaken() -> None:
        clock.forward(minutes=3)
        poster(platform, quick).run_all()

    slow = Pausing(before=overtaken)
    poster(platform, slow).run_all()
    assert (quick.sent, slow.sent) == (1, 0) and state_of(platform, mail) == ("sent", None)


def test_a_worker_that_is_overtaken_after_its_last_word_leaves_what_the_other_said(platform: Platform):
    clock, mail = Clock(platform), queued(platform)
    clock.forward(seconds=10)
    other = Pausing()

    def overtaken() -> None:
        clock.forward(minutes=3)
        poster(platform, other).run_all()

    slow = Pausing(after=overtaken)
    poster(platform, slow).run_all()
    assert (other.sent, slow.sent) == (0, 1) and state_of(platform, mail) == ("unknown", "cut_off")


def test_two_workers_send_each_of_ten_once(platform: Platform):
    clock = Clock(platform)
    person = add_person(platform)
    ticket = add_ticket(platform, "support", person=person)
    for _ in range(10):
        queued(platform, person=person, ticket=ticket)
    clock.forward(seconds=10)
    with post_office() as office:
        workers = [threading.Thread(target=poster(platform, sender_to(office)).run_all) for _ in range(2)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        poster(platform, sender_to(office)).run_all()
    sent_ids = [message["Message-ID"] for message in office.messages]
    assert len(sent_ids) == 10 and len(set(sent_ids)) == 10 and jobs_left(platform) == []


@pytest.mark.parametrize(
    ("moment", "status", "state", "gone"), [("before", 200, "undone", 0), ("after", 409, "sent", 1)]
)
def test_whoever_is_first_has_it(api: Api, moment: str, status: int, state: str, gone: int):
    """An undo right before the worker's last word, and right after it."""
    clock, person = Clock(api.platform), add_person(api.platform)
    ticket, answers = add_ticket(api.platform, "support", person=person), []
    mail = queued(api.platform, person=person, ticket=ticket)
    clock.forward(seconds=10)
    support = api.sign_in("support")

    def undo() -> None:
        answers.append(post(support, f"/v1/tickets/{ticket}/undo-reply", {"message": mail}).status_code)

    sender = Pausing(**{moment: undo})
    poster(api.platform, sender).run_all()
    assert (answers, sender.sent, state_of(api.platform, mail)[0]) == ([status], gone, state)
    assert jobs_left(api.platform) == []


def test_undone_at_a_server_s_door_the_server_keeps_nothing(api: Api, monkeypatch: pytest.MonkeyPatch):
    """All but the full stop is there by then, and the server must drop it."""
    clock, person = Clock(api.platform), add_person(api.platform)
    ticket = add_ticket(api.platform, "support", person=person)
    mail = queued(api.platform, person=person, ticket=ticket)
    clock.forward(seconds=10)
    support, real = api.sign_in("support"), SmtpServer._hand_over

    def then_undo(*given: Any) -> None:
        real(*given)
        assert post(support, f"/v1/tickets/{ticket}/undo-reply", {"message": mail}).status_code == 200

    monkeypatch.setattr(SmtpServer, "_hand_over", then_undo)
    with post_office() as office:
        poster(api.platform, sender_to(office)).run_all()
        assert office.asked == ["MAIL", "RCPT"] and office.taken == []
    assert state_of(api.platform, mail) == ("undone", None)


# What stops it by the time it goes


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"state": "erased"}, "not_wanted"),
    ({"state": "erasing"}, "not_wanted"),
    ({"sealed_contact": None}, "no_address"),
]


@pytest.mark.parametrize(("changes", "code"), CHANGES)
def test_what_changed_in_the_ten_seconds_is_looked_at(platform: Platform, changes: dict[str, Any], code: str):
    clock, person = Clock(platform), add_person(platform)
    mail, users = queued(platform, person=person), table(UserRow)
    with platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(**changes))
    clock.forward(seconds=10)
    poster(platform).run_all()
    assert state_of(platform, mail) == ("failed", code) and files(platform) == []


def test_a_person_whose_key_is_gone_gets_none(sqlite_platform: Platform):
    clock, person = Clock(sqlite_platform), add_person(sqlite_platform)
    mail = queued(sqlite_platform, person=person)
    with sqlite_platform.vault.database.writing() as session:
        owner = bytes.fromhex(person.replace("-", ""))
        session.connection().exec_driver_sql("DELETE FROM data_key WHERE owner = ?", (owner,))
    clock.forward(seconds=10)
    poster(sqlite_platform).run_all()
    assert state_of(sqlite_platform, mail) == ("failed", "erased") and files(sqlite_platform) == []


def test_it_goes_to_the_address_of_then(api: Api):
    clock, person = Clock(api.platform), add_person(api.platform)
    queued(api.platform, person=person)
    privacy, case = api.sign_in("privacy"), add_ticket(api.platform, "privacy", person=person)
    privacy.headers["Petworks-Case"] = case
    body = {"set": {"email": "maria@new.example"}, "source": "self"}
    assert patch(privacy, f"/v1/users/{person}", body, 1).status_code == 200
    clock.forward(seconds=10)
    poster(api.platform).run_all()
    assert [message["To"] for message in files(api.platform) if "[T-" in message["Subject"]] == ["maria@new.example"]


# Notices


def corrected(api: Api, person: str, **values: str) -> list[tuple[str, str]]:
    """Corrects as the privacy officer does; whom the platform then tells, by template."""
    privacy = api.sign_in("privacy", case=add_ticket(api.platform, "privacy", person=person))
    body = {"set": values, "source": "self"}
    assert patch(privacy, f"/v1/users/{person}", body, 1).status_code == 200
    poster(api.platform).run_all()
    mails = table(MailRow)
    with api.platform.database.reading() as connection:
        rows = connection.execute(mails.select()).all()
    assert all(row.state == "sent" and row.sealed_thread is None and row.ticket is None for row in rows)
    templates = {row.id: row.template for row in rows}
    known = [
        (message["To"], templates[message["Message-ID"].strip("<").split("@")[0]]) for message in files(api.platform)
    ]
    return sorted(known)


def test_a_new_address_is_told_to_the_old_one_too(api: Api):
    told = corrected(api, add_person(api.platform), email="maria@new.example")
    assert told == [(MARIA["email"], "email_changed"), ("maria@new.example", "email_changed")]
    assert {message["Auto-Submitted"] for message in files(api.platform)} == {"auto-generated"}
    assert "new.example" not in "".join(message.get_content() for message in files(api.platform))


def test_a_new_phone_number_is_told_by_mail(api: Api):
    assert corrected(api, add_person(api.platform), phone="+12035550199") == [(MARIA["email"], "phone_changed")]


def test_both_at_once_are_told_at_both_addresses(sqlite_api: Api):
    told = corrected(sqlite_api, add_person(sqlite_api.platform), email="maria@new.example", phone="+12035550199")
    assert len(told) == 4 and len(set(told)) == 4


@pytest.mark.parametrize("values", [{"name": "Maria Gomes"}, {"email": MARIA["email"]}, {"city": "Trumbull"}])
def test_what_reaches_nobody_is_told_to_nobody(sqlite_api: Api, values: dict[str, str]):
    assert corrected(sqlite_api, add_person(sqlite_api.platform), **values) == []


def test_who_has_no_address_is_told_nothing(sqlite_api: Api):
    person, users = add_person(sqlite_api.platform), table(UserRow)
    with sqlite_api.platform.database.writing() as session:
        session.connection().execute(users.update().where(users.c.id == person).values(sealed_contact=None))
    assert corrected(sqlite_api, person, phone="+12035550199") == []


def test_a_notice_goes_with_its_correction_or_not_at_all(sqlite_api: Api):
    person = add_person(sqlite_api.platform)
    privacy = sqlite_api.sign_in("privacy", case=add_ticket(sqlite_api.platform, "privacy", person=person))
    body = {"set": {"email": "maria@new.example"}, "source": "self"}
    assert patch(privacy, f"/v1/users/{person}", body, 7).status_code == 412
    assert jobs_left(sqlite_api.platform) == []


# What lies about


def test_nothing_of_it_lies_in_clear(sqlite_platform: Platform, caplog: pytest.LogCaptureFixture):
    canaries = ("Zebracanary", "Ocelotcanary", "lynx.canary@example.net")
    person = add_person(sqlite_platform, email=canaries[2])
    with post_office(answers={"RCPT": [f"550 unknown {canaries[2]}"]}) as office:
        sent(sqlite_platform, office, subject=canaries[0], body=canaries[1], person=person)
        sent(sqlite_platform, office, subject=canaries[0], body=canaries[1], person=person)
    for path in sqlite_platform.data.glob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in canaries if word.encode() in content], path.name
    assert not [word for word in canaries if word in caplog.text]
    assert not [word for word in canaries if word in repr([*jobs_left(sqlite_platform)])]


def test_a_letter_shows_nothing_of_itself():
    letter = Letter("<1@petworks.example>", SENDER, "maria@example.net", b"secret")
    assert "maria" not in repr(letter) and "secret" not in repr(letter)
    server = smtp.Server("127.0.0.1", 25, STARTTLS, SENDER, USER, PASSWORD)
    assert PASSWORD not in repr(server)


# Settings


def settings(platform: Platform, environment: str, **mail: Any) -> Platform:
    platform.environment = environment
    platform.rules = Rules(**{f"mail{name and '_' + name}": value for name, value in mail.items()})
    return platform


GOOD: dict[str, Any] = {"": "smtp", "host": "mail.example.com", "from": SENDER}


@pytest.mark.parametrize(
    ("environment", "mail"),
    [
        ("production", {}), ("demo", {"": "smtp"}), ("demo", {"": "smtp", "host": "mail.example.com"}),
        ("demo", {**GOOD, "tls": "none"}), ("production", {**GOOD, "tls": "none", "host": "127.0.0.1"}),
        ("staging", {**GOOD, "tls": "none", "host": "localhost"}), ("demo", {**GOOD, "tls": "none", "host": "::1", "user": "x"}),
        ("demo", {**GOOD, "user": "petworks"}), ("demo", {**GOOD, "ca_file": "/nowhere/authority.pem"}),
    ],
)  # fmt: skip
def test_settings_that_a_worker_does_not_start_with(sqlite_platform: Platform, environment: str, mail: dict[str, Any]):
    with pytest.raises(SettingsError):
        sender_of(settings(sqlite_platform, environment, **mail))


def test_settings_that_are_taken(sqlite_platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PETWORKS_MAIL_PASSWORD", PASSWORD)
    found = sender_of(settings(sqlite_platform, "production", **GOOD, user=USER))
    assert isinstance(found, SmtpServer) and found.server.password == PASSWORD and found.server.tls == STARTTLS
    assert isinstance(
        sender_of(settings(sqlite_platform, "demo", **{**GOOD, "host": "127.0.0.1", "tls": "none"})), SmtpServer
    )
    assert isinstance(sender_of(settings(sqlite_platform, "production", **{"": "eml"})), EmlFolder)
    assert isinstance(sender_of(settings(sqlite_platform, "demo")), EmlFolder)


@pytest.mark.parametrize(
    "text",
    [
        'kind = "pigeon"', "port = 0", "port = 65536", 'port = "25"', 'tls = "maybe"', "tls = false", 'from = "nobody"', 'from = "a@b"',
        'from = "A <a@b.example>\\r\\nBcc: c@d.example"', 'from = "Ä <a@b.example>"', 'host = ""', 'host = "a\\nb"', 'password = "x"',
    ],
)  # fmt: skip
def test_settings_that_are_none(tmp_path: Path, text: str):
    (tmp_path / rules.FILE).write_text(f"[mail]\n{text}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"platform\.toml, line 2"):
        rules.load_rules(tmp_path)


def test_a_job_without_its_mail_goes(sqlite_platform: Platform):
    with own_work(sqlite_platform) as work:
        jobs.enqueue(work, "mail", "mail:none", {"mail": "01890000-0000-7000-8000-000000000001"})
    worker(sqlite_platform).run_all()
    assert jobs_left(sqlite_platform) == []


def test_the_same_mail_is_the_same_message(sqlite_platform: Platform):
    """At each try, to the byte: so a server that has both can tell."""
    clock, mail = Clock(sqlite_platform), queued(sqlite_platform)
    clock.forward(seconds=10)
    contents = []

    class Reading(Pausing):
        def send(self, letter: Letter, last_word: LastWord) -> None:
            contents.append(letter.content)
            raise NotNow("smtp_451")

    for _ in range(3):
        poster(sqlite_platform, Reading()).run_all()
        clock.forward(hours=1)
    assert len(contents) == 3 and len(set(contents)) == 1
    assert parsed(contents[0])["Message-ID"] == f"<{mail}@petworks.example>"
