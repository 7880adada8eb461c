"""What looks like spam, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from byline.kernel import spam
from byline.kernel.spam import Signals

PLAIN = "I have baked it twice and the second time it was better than the first."


@pytest.mark.parametrize(
    "signals",
    [
        Signals(PLAIN),
        Signals(PLAIN, account_age=timedelta(minutes=5)),
        Signals(PLAIN, seconds=1.5),
        Signals("Yes."),
        Signals("Thank you!", sent_lately=3),
        Signals(f"{PLAIN} I wrote it down at https://example.org/bread, with pictures of both of them."),
        Signals(f"{PLAIN} https://example.org/a https://example.org/b", shown_before=5),
        Signals("Danke, same here.", same_before=1),
        Signals("WHAT A DAY"),
    ],
)
def test_ordinary_words_are_no_spam(signals: Signals) -> None:
    assert not spam.judge(signals).is_suspect


@pytest.mark.parametrize(
    "signals",
    [
        Signals("http://a.example http://b.example www.c.example"),
        Signals("Cheap: http://a.example", account_age=timedelta(minutes=5), seconds=0.5),
        Signals(PLAIN, same_before=2),
        Signals("lamp " * 40 + "http://a.example", account_age=timedelta(minutes=5), seconds=1),
        Signals("BUY THE BEST LAMPS OF THE TOWN http://a.example", account_age=timedelta(hours=5)),
    ],
)
def test_what_looks_like_spam_waits(signals: Signals) -> None:
    verdict = spam.judge(signals)
    assert verdict.is_suspect
    assert verdict.reasons


@pytest.mark.parametrize(
    "signals",
    [
        Signals(PLAIN, trap="http://a.example"),
        Signals("Cheap http://a.example http://b.example", same_before=3, account_age=timedelta(minutes=2)),
        Signals("Cheap http://a.example", same_before=1, account_age=timedelta(minutes=2), seconds=0.4),
    ],
)
def test_what_is_certainly_spam_is_put_aside(signals: Signals) -> None:
    assert spam.judge(signals).is_certain


def test_a_score_stays_between_its_ends() -> None:
    worst = Signals("X http://a.example " * 50, timedelta(), 50, 50, trap="x", seconds=0)
    assert spam.judge(worst).score == 100
    assert spam.judge(Signals("Yes.", shown_before=99)).score == 0


def test_members_whom_readers_know_have_to_try_harder() -> None:
    body = "http://a.example http://b.example"
    assert spam.judge(Signals(body)).score > spam.judge(Signals(body, shown_before=5)).score


def test_a_hostile_text_is_judged_at_once() -> None:
    spam.judge(Signals("www." * 2_500))
    spam.judge(Signals("//" * 5_000))
