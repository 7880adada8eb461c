"""Letters about notifications: one at once, one of everything that waited, one of the week's posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, load_only, raiseload, selectinload

from byline.accounts.models import User
from byline.kernel import db, site, tidy
from byline.notifications import lines, links, wording
from byline.notifications.lines import Line
from byline.notifications.models import Kind, Pace
from byline.posts.models import Post, PostAuthor
from byline.social.models import Follow, Mute
from byline.web import context, letters

MOST_IN_A_LETTER = 20
LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post as a letter names it."""

    title: str
    by: str
    excerpt: str
    link: str


def may_be_sent_to(member: User | None) -> bool:
    """Whether letters of this kind go to the member at all: to whoever has proved an address and may log in."""
    return (
        member is not None
        and member.claimed
        and member.may_act
        and member.confirmed_at is not None
        and member.email is not None
    )


def one(member: User, line: Line) -> None:
    """Write about one thing."""
    _send(member, line.kind, line.sentence, "one", line=line, link=_whole(line.path), label=_label(line))


def several(member: User, pace: Pace, waiting: Sequence[Line]) -> None:
    """Write about everything that waited, the last first, however much it is."""
    shown, link = waiting[:MOST_IN_A_LETTER], _whole("/notifications")
    news = [(line, _whole(line.path)) for line in shown]
    subject = f"Your {'day' if pace is Pace.DAILY else 'week'} at {site.current().name}"
    more = len(waiting) - len(shown)
    _send(member, pace, subject, "several", news=news, more=more, link=link, label="See all notifications")


def digest(member: User, since: datetime, until: datetime) -> bool:
    """Write about the posts of those whom the member follows; answer whether there were any."""
    posts = _posts_for(member.id, since, until)
    if not posts:
        return False
    shown = [_named(post) for post in posts[:MOST_IN_A_LETTER]]
    others = f" and {len(posts) - 1} more" if len(posts) > 1 else ""
    many = len(posts) > MOST_IN_A_LETTER
    link, label = _whole("/following"), "Read on"
    _send(member, Kind.POSTS, f"“{shown[0].title}”{others}", "digest", posts=shown, many=many, link=link, label=label)
    return True


def _send(member: User, scope: str, subject: str, template: str, **values: object) -> None:
    stop = links.stop_link(member, scope)
    letters.send(
        member.email,
        _cut(subject),
        f"notifications/mail/{template}",
        headers=links.one_click(stop),
        member=member,
        stop=stop,
        about=wording.SCOPES[scope],
        settings_link=_whole("/settings/notifications"),
        **values,
    )


def _label(line: Line) -> str:
    return {Kind.FOLLOW: "See the profile", Kind.MESSAGE: "Read it", Kind.LIKE: "Open it"}.get(
        line.kind, "Read it there"
    )


def _cut(subject: str) -> str:
    subject = tidy.one_line(subject)
    return subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 2].rstrip()} …"


def _whole(path: str) -> str:
    return context.settings_of().url + path


def _posts_for(user_id: int, since: datetime, until: datetime) -> Sequence[Post]:
    """Listed posts of those whom a member follows and has not muted, without their own, the newest first."""
    muted = exists().where(Mute.muter_id == user_id, Mute.muted_id == Follow.followed_id)
    followed = select(Follow.followed_id).where(Follow.follower_id == user_id, Follow.listed_at.is_not(None), ~muted)
    theirs = select(PostAuthor.post_id).where(
        PostAuthor.user_id.in_(followed), PostAuthor.listed_at > since, PostAuthor.listed_at <= until
    )
    mine = exists().where(PostAuthor.post_id == Post.id, PostAuthor.user_id == user_id)
    people = load_only(User.username, User.name, raiseload=True)
    query = select(Post).where(Post.id.in_(theirs), ~mine).order_by(Post.listed_at.desc(), Post.id.desc())
    loaded = query.options(
        load_only(Post.slug, Post.title, Post.excerpt, Post.author_id, Post.listed_at, raiseload=True),
        joinedload(Post.author, innerjoin=True).options(people, raiseload(User.role)),
        selectinload(Post.authors).joinedload(PostAuthor.user, innerjoin=True).options(people, raiseload(User.role)),
    )
    return db.session().scalars(loaded.limit(MOST_IN_A_LETTER + 1)).all()


def _named(post: Post) -> NewPost:
    by = lines.joined([author.user.shown_name for author in post.authors])
    path = f"/@{quote(post.author.username)}/{quote(post.slug)}"
    return NewPost(tidy.one_line(post.title), by, post.excerpt, _whole(path))
