"""What waits for the demo's moderators: reports, a first comment, an advertiser, an answer to a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from byline.accounts import members
from byline.accounts.models import User
from byline.comments import service as comments
from byline.comments.content import Sent
from byline.comments.models import Comment
from byline.kernel import clock, db
from byline.moderation import appeals, deciding, reporting
from byline.moderation.deciding import Wish
from byline.moderation.models import Act, Kind, Report
from byline.posts.models import Post

NEWCOMERS = (
    ("petra", "Petra Vance", 3, "Reads more than she says."),
    ("brightdeals", "Bright Deals", 1, "Best prices for lamps and kitchen goods. https://bright-deals.example"),
)
CRUST = """I have baked this three times now and the crust is what I came for. What do you do with the rest of the dough
on the second day?"""
KNIVES = """Great post, thank you for sharing this. We have the best bread knives this week, see
https://bright-deals.example/knives and https://bright-deals.example/boards"""
LAMPS = "Very useful. More offers at https://bright-deals.example/lamps"
FIRST_WORDS = (("petra", CRUST), ("brightdeals", KNIVES), ("brightdeals", LAMPS))


def settle(now: datetime, known: dict[str, User]) -> None:
    """Give the moderators something to do; nothing where they had it before."""
    if db.session().scalar(select(Report.id).limit(1)):
        return
    post = db.session().scalar(select(Post).where(Post.listed_at.is_not(None)).order_by(Post.listed_at).limit(1))
    if post is None:
        return
    newcomers = {
        name: _newcomer(name, shown, now - timedelta(days=days), about) for name, shown, days, about in NEWCOMERS
    }
    for hours, (name, words) in enumerate(FIRST_WORDS, start=2):
        with clock.frozen(now - timedelta(hours=9 - hours)):
            comments.write(newcomers[name].actor, _talked_about(post.id), Sent(words, seconds=40))
    with clock.frozen(now - timedelta(hours=3)):
        _report(known, newcomers)
    _answer(known, now)


def _newcomer(username: str, name: str, since: datetime, about: str) -> User:
    found = members.by_username(username)
    if found is not None:
        return found
    address = f"{username}@demo.example"
    made = members.add(username, name=name, about=about, email=address, is_demo=True)
    made.confirmed_at = made.member_since = since
    return made


def _talked_about(otherwise: int) -> int:
    """A post that people comment on."""
    return db.session().scalar(select(Comment.post_id).order_by(Comment.id.desc()).limit(1)) or otherwise


def _report(known: dict[str, User], newcomers: dict[str, User]) -> None:
    note = "The numbers in the second half are from somebody's notebook, who was not asked."
    stolen = select(Post.id).where(Post.author_id == known["sam"].id, Post.listed_at.is_not(None)).limit(1)
    post_id = db.session().scalar(stolen)
    if post_id is not None:
        reporting.report(known["kofi"].actor, Kind.POST, post_id, "other", note)
        reporting.report(known["lucia"].actor, Kind.POST, post_id, "privacy", "There is a telephone number in it.")
    reporting.report(known["hana"].actor, Kind.MEMBER, newcomers["brightdeals"].id, "spam", "It only advertises.")


def _answer(known: dict[str, User], now: datetime) -> None:
    """A comment that a moderator hid, and what its author says to that."""
    theirs = select(Comment.id).where(Comment.author_id == known["arvo"].id, Comment.shown_at.is_not(None)).limit(1)
    comment_id = db.session().scalar(theirs)
    if comment_id is None:
        return
    with clock.frozen(now - timedelta(hours=30)):
        wish = Wish(Act.HIDE, "Off the subject")
        decision = deciding.decide(known["tomas"].actor, Kind.COMMENT, comment_id, wish)
    with clock.frozen(now - timedelta(hours=26)):
        words = "It is about the water in the recipe. Without it the bread does not rise where I live."
        appeals.reply(known["arvo"].actor, decision.id, words)
