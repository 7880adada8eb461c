"""A session cookie is unpacked once, and still cannot be forged, outlive its time or be changed by a request."""

from __future__ import annotations

import time

import pytest
from itsdangerous import BadSignature, SignatureExpired

from byline.web.session_cookie import RememberingSerializer


@pytest.fixture
def cookies() -> RememberingSerializer:
    return RememberingSerializer(["an older key", "the key of today"])


def test_the_second_look_gives_the_same_as_the_first(cookies: RememberingSerializer) -> None:
    cookie = cookies.dumps({"login": "one"})
    assert cookies.loads(cookie, max_age=60) == cookies.loads(cookie, max_age=60) == {"login": "one"}


def test_what_one_request_changes_the_next_does_not_see(cookies: RememberingSerializer) -> None:
    cookie = cookies.dumps({"login": "one", "shown": [1]})
    first = cookies.loads(cookie)
    first["login"] = "another"
    first["shown"].append(2)
    assert cookies.loads(cookie) == {"login": "one", "shown": [1]}


def test_a_known_cookie_expires_all_the_same(cookies: RememberingSerializer, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = cookies.dumps({"login": "one"})
    cookies.loads(cookie, max_age=60)
    later = time.time() + 3600
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(SignatureExpired):
        cookies.loads(cookie, max_age=60)


def test_a_cookie_one_letter_off_a_known_one_is_refused(cookies: RememberingSerializer) -> None:
    cookie = str(cookies.dumps({"login": "one"}))
    cookies.loads(cookie)
    with pytest.raises(BadSignature):
        cookies.loads(cookie[:-2] + ("A" if cookie[-2] != "A" else "B") + cookie[-1])


def test_a_cookie_signed_with_an_older_key_is_still_read(cookies: RememberingSerializer) -> None:
    old = RememberingSerializer(["an older key"]).dumps({"login": "one"})
    assert cookies.loads(old) == {"login": "one"}
