"""Mail that goes out: once, to whom it may, as it was written."""

from __future__ import annotations

from console.platform_api.platform import Platform
from tests.platform_api.mailed import files, poster, queued, state_of
from tests.platform_api.people import MARIA
from tests.platform_api.worked import Clock


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
