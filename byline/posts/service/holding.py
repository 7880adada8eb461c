"""Posts that wait until a moderator has read them: when that begins, how they are let through, and how it ends."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from byline.accounts import arrivals, vouching
from byline.accounts.models import User
from byline.kernel import bus, clock, db, site, spam
from byline.kernel.access import Actor, Permission
from byline.kernel.errors import Invalid, NotAllowed
from byline.kernel.site import HoldPosts
from byline.kernel.spam import Signals, Verdict
from byline.posts import rules
from byline.posts.messages import PostHeld, PostHidden, PostHoldEnded, PostPublished
from byline.posts.models import HeldFor, Post
from byline.posts.service import composing, opening

LATELY = timedelta(minutes=10)
REMEMBERED = timedelta(days=7)
"""For how long the same words count as repeated."""
MOST_COUNTED = 50
WORDS_PER_LINK = 50
"""A link among so many words is what posts are made of."""


def look(actor: Actor, post: Post, *, was_read: bool) -> None:
    """Decide whether what the actor shows, or changes while it is shown, has to wait. What waits goes on waiting.

    Staff let a post through by publishing it. Raises Invalid while enough of its owner's posts wait already.
    """
    if actor.can(Permission.MODERATE):
        _let_through_by_staff(actor, post, was_read=was_read)
        return
    if post.held_at is not None or _is_known(actor):
        return
    policy = site.current().posts.hold
    if policy is HoldPosts.NOBODY:
        return
    verdict = _verdict(post)
    in_doubt = post.author.apart_at is not None or arrivals.is_rush(post.author.member_since)
    reason = rules.holds(policy, verdict, was_read=was_read, in_doubt=in_doubt)
    post.spam_score = verdict.score
    if reason is not None:
        _check_waiting(post)
        post.held_at, post.held_for = clock.now(), reason


def tell(post: Post, *, was_held: bool) -> None:
    """Let moderators know of a post that waits since now."""
    if rules.waits(post) and not was_held:
        bus.publish(PostHeld(post.id, post.author_id, post.held_for))


def end(post: Post) -> None:
    """Have the post wait no more without letting it through: its authors took it back."""
    if post.held_at is None:
        return
    if rules.is_unread(post):
        post.published_at = None
    post.held_at, post.held_for = None, ""
    bus.publish(PostHoldEnded(post.id))


def approve(actor: Actor, post_id: int) -> Post:
    """Let a post through that waits: under this moment, or at the one it is scheduled for. Twice is once.

    Raises NotAllowed, NotFound.
    """
    post = opening.for_change(actor, post_id, rules.may_hide)
    if post.held_at is None:
        return post
    is_first = rules.is_unread(post)
    post.held_at, post.held_for = None, ""
    if is_first and post.state in rules.OPEN_STATES:
        post.published_at = clock.now()
    composing.relist(post)
    db.session().flush()
    if post.listed_at is not None:
        bus.publish(PostPublished(post.id, post.author_id, first_time=is_first))
    return post


def hold(actor: Actor, post_id: int) -> Post:
    """Have a post wait for approval again, as when its approval was a slip. Moderators only."""
    if not actor.can(Permission.MODERATE):
        raise NotAllowed("not-a-moderator", "Only moderators may do this.")
    post = opening.for_change(actor, post_id, rules.may_hide)
    if post.held_at is not None:
        return post
    _take_back(post)
    return post


def hold_unread(post_id: int) -> bool:
    """Have a post wait that came before its readers without anybody having looked; answer whether it does since now.

    For the machine. What waits already, is hidden, or no reader sees stays as it is, and twice is once.
    """
    post = opening.locked(post_id)
    if post is None or not rules.may_be_held_later(post, site.current().posts.hold):
        return False
    _take_back(post)
    tell(post, was_held=False)
    return True


def _take_back(post: Post) -> None:
    was_listed = post.listed_at is not None
    post.held_at, post.held_for = clock.now(), HeldFor.FIRST
    composing.relist(post)
    db.session().flush()
    if was_listed:
        bus.publish(PostHidden(post.id))


def _let_through_by_staff(actor: Actor, post: Post, *, was_read: bool) -> None:
    if was_read:
        return
    if post.held_at is not None:
        end(post)
    if post.author_id != actor.id:
        vouching.vouch(post.author_id)


def _is_known(actor: Actor) -> bool:
    member = db.session().get(User, actor.id) if actor.id is not None else None
    return member is not None and member.vouched_at is not None


def _verdict(post: Post) -> Verdict:
    words = f"{post.title} {post.standfirst} {post.body}"
    post.digest = spam.digest(post.body)
    same, lately = _habits(post)
    age = clock.now() - (post.author.confirmed_at or post.author.member_since)
    expected = post.word_count // WORDS_PER_LINK
    return spam.judge(Signals(words, age, same, lately, links_expected=expected))


def _habits(post: Post) -> tuple[int, int]:
    """How often these words were published lately by anybody, and how much its owner published, this post apart."""
    now, others = clock.now(), Post.id != post.id
    same = select(Post.id).where(Post.digest == post.digest, Post.updated_at > now - REMEMBERED, others)
    lately = select(Post.id).where(Post.author_id == post.author_id, Post.updated_at > now - LATELY, others)
    counts = (
        select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()
        for query in (same, lately.where(Post.state.in_(rules.SHOWN_STATES)))
    )
    row = db.session().execute(select(*counts)).one()
    return row[0], row[1]


def _check_waiting(post: Post) -> None:
    theirs = (Post.author_id == post.author_id, Post.held_at.is_not(None), Post.deleted_at.is_(None))
    waiting = select(Post.id).where(*theirs, Post.id != post.id).limit(rules.MOST_WAITING).subquery()
    if (db.session().scalar(select(func.count()).select_from(waiting)) or 0) >= rules.MOST_WAITING:
        sentence = (
            f"{rules.MOST_WAITING} of your posts wait for a moderator already. Keep this one as a draft, and publish "
            "it when they were looked at."
        )
        raise Invalid("too-many-posts-waiting", sentence, field="title")
