"""Writing a comment and changing it. Both pass the same gates, so that no edit says what a new one may not."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from byline.accounts import arrivals
from byline.accounts.models import User
from byline.comments import content, rules, trust
from byline.comments.content import Sent
from byline.comments.messages import CommentEdited
from byline.comments.models import Comment, CommentState, CommentVersion, HeldFor, Thread
from byline.comments.rules import Standing
from byline.comments.service import opening, placing, showing
from byline.kernel import bus, clock, db, site, spam, state, text
from byline.kernel.access import Actor
from byline.kernel.errors import NotAllowed, TooMany
from byline.kernel.spam import Signals, Verdict
from byline.posts import topics
from byline.posts.models import Post
from byline.social import queries as social

SAME_CLICK = timedelta(minutes=10)
"""Within this time the same words in the same place are the same comment, sent twice."""
LATELY = timedelta(minutes=10)
REMEMBERED = timedelta(days=7)
"""For how long the same words count as repeated."""
MOST_COUNTED = 50


def write(actor: Actor, post_id: int, sent: Sent) -> Comment:
    """Keep the actor's comment: read by everyone at once, or held for approval. Sent twice it is one comment.

    Raises NotAuthenticated, NotAllowed (may not comment, block, closed thread, post not open), NotFound (post or
    parent), Invalid, TooMany while enough of the actor's comments wait already.
    """
    if refusal := rules.wrong_with_commenter(actor):
        raise refusal
    post = opening.post_for(actor, post_id)
    _check_open(post)
    opening.check_not_apart(actor, rules.authors_of(post))
    parent = opening.parent_for(actor, post, sent.parent_id)
    body = content.checked(sent.body)
    made = _sent_before(actor, post, parent, content.digest(body))
    if made is not None:
        return made
    _check_waiting(actor)
    comment = _stored(actor, post, parent, body)
    _judge(comment, post, opening.author_of(actor), sent)
    showing.go_on(comment)
    return comment


def edit(actor: Actor, comment_id: int, body: str) -> Comment:
    """Change what the actor's comment says and keep what it said; it may have to wait for approval again.

    The same text changes nothing. Raises NotAllowed for somebody else's and when the time for it is over, Invalid,
    NotFound.
    """
    if refusal := rules.wrong_with_commenter(actor):
        raise refusal
    comment, post = opening.comment_for(actor, comment_id)
    if not rules.is_own(actor, comment):
        raise NotAllowed("not-your-comment", "Only whoever wrote a comment can change it.")
    now = clock.now()
    if not rules.may_edit(actor, comment, now):
        minutes = int(rules.EDIT_FOR.total_seconds() // 60)
        raise NotAllowed(
            "edit-too-late", f"A comment can be changed for {minutes} minutes. Answer it to add something."
        )
    tidy = content.checked(body)
    if tidy == comment.body:
        return comment
    _keep_version(comment)
    comment.body, comment.digest, comment.edited_at = tidy, content.digest(tidy), now
    comment.html = _rendered(actor, tidy)
    was_shown = comment.shown_at is not None
    _judge(comment, post, opening.author_of(actor), Sent(tidy))
    _tell_edited(comment, was_shown=was_shown)
    return comment


def _check_open(post: Post) -> None:
    if not rules.is_open(post):
        raise NotAllowed("post-not-open", "Readers cannot see this post, so it takes no comments.")
    thread = db.session().get(Thread, post.id)
    policy = site.current().comments
    if closed := rules.closed_because(post.published_at, rules.decision_of(thread), policy, clock.now()):
        raise NotAllowed("comments-closed", closed)


def _check_waiting(actor: Actor) -> None:
    mine = (Comment.author_id == actor.id, Comment.state.in_(rules.WAITING), Comment.state_before.is_(None))
    waiting = select(Comment.id).where(*mine).limit(rules.MOST_WAITING).subquery()
    if (db.session().scalar(select(func.count()).select_from(waiting)) or 0) >= rules.MOST_WAITING:
        sentence = f"{rules.MOST_WAITING} of your comments wait for approval. Send this one when they were looked at."
        raise TooMany("too-many-waiting", sentence, retry_after_seconds=3600)


def _sent_before(actor: Actor, post: Post, parent: Comment | None, digest: str) -> Comment | None:
    """The comment that this is a second click of. The thread is locked, so of two at once one is the second."""
    same = (
        Comment.digest == digest,
        Comment.created_at > clock.now() - SAME_CLICK,
        Comment.author_id == actor.id,
        Comment.post_id == post.id,
        Comment.parent_id == (parent.id if parent else None),
    )
    return db.session().scalar(select(Comment).where(*same).order_by(Comment.id).limit(1))


def _stored(actor: Actor, post: Post, parent: Comment | None, body: str) -> Comment:
    comment = Comment(
        post_id=post.id,
        author_id=actor.id,
        parent_id=parent.id if parent else None,
        body=body,
        html=_rendered(actor, body),
        digest=content.digest(body),
        state=CommentState.HELD,
        created_at=clock.now(),
    )
    db.session().add(comment)
    db.session().flush()
    placing.put_in_thread(comment, parent)
    return comment


def _rendered(actor: Actor, body: str) -> str:
    return text.render_comment(body, members=partial(social.mentionable, actor.id)).html


def _judge(comment: Comment, post: Post, member: User, sent: Sent) -> None:
    """Decide where a comment stands that is new or says something else now."""
    if rules.may_moderate(member.actor, post):
        comment.state = CommentState.VISIBLE
        return
    age = clock.now() - (member.confirmed_at or member.member_since)
    worth = trust.of(member.id)
    same, lately = _habits(comment, member)
    verdict = spam.judge(
        Signals(comment.body, age, same, lately, trap=sent.trap, seconds=sent.seconds, shown_before=worth.shown)
    )
    standing = Standing(worth, age, in_doubt=arrivals.is_in_rush(member) and not trust.was_approved(member.id))
    held = rules.holds(site.current().comments, standing, verdict, body=comment.body)
    comment.spam_score, comment.held_for = verdict.score, held
    comment.state = _state(held, verdict)


def _state(held: HeldFor | None, verdict: Verdict) -> CommentState:
    if held is None:
        return CommentState.VISIBLE
    return CommentState.SPAM if verdict.is_certain else CommentState.HELD


def _habits(comment: Comment, member: User) -> tuple[int, int]:
    """How often these words were sent lately by anybody, and how much the member sent, this comment apart."""
    now, others = clock.now(), Comment.id != comment.id
    same = select(Comment.id).where(Comment.digest == comment.digest, Comment.created_at > now - REMEMBERED, others)
    lately = select(Comment.id).where(Comment.author_id == member.id, Comment.created_at > now - LATELY, others)
    counts = (
        select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()
        for query in (same, lately)
    )
    row = db.session().execute(select(*counts)).one()
    return row[0], row[1]


def _tell_edited(comment: Comment, *, was_shown: bool) -> None:
    if not (was_shown and comment.state == CommentState.VISIBLE):
        showing.go_on(comment)
        return
    state.renew(topics.of_post(comment.post_id))
    bus.publish(CommentEdited(comment.id))


def _keep_version(comment: Comment) -> None:
    numbers = select(func.coalesce(func.max(CommentVersion.number), 0)).where(CommentVersion.comment_id == comment.id)
    number = (db.session().scalar(numbers) or 0) + 1
    written_at = comment.edited_at or comment.created_at
    db.session().add(
        CommentVersion(
            comment_id=comment.id, number=number, body=comment.body, html=comment.html, written_at=written_at
        )
    )
