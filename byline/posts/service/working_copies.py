"""What a member types between saves: kept for them alone, and never by overwriting what they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict
from byline.posts import content, rules
from byline.posts.models import Post, WorkingCopy
from byline.posts.service import opening


@dataclass(frozen=True, slots=True)
class Typed:
    """What one browser window has typed since the last save.

    `based_on` is the post's version it started from, `window` names the window, `sequence` counts what it sent, and
    `seen` is the sequence of the working copy that it found when it opened.
    """

    title: str
    body: str
    standfirst: str = ""
    tags: str = ""
    based_on: int = 1
    window: str = ""
    sequence: int = 1
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Autosaved:
    """The working copy as it is kept now, and the post it belongs to."""

    post: Post
    copy: WorkingCopy

    @property
    def post_moved_on(self) -> bool:
        """Whether the post was saved elsewhere since the typing began."""
        return self.post.version != self.copy.base_version


def autosave(actor: Actor, post_id: int, typed: Typed) -> Autosaved:
    """Keep what was typed as the actor's working copy; neither the post nor its readers see it.

    A late request of the same window changes nothing, and what the post says already is not kept twice. Raises
    Conflict when another window has written meanwhile, Invalid for text that could not be saved either, NotAllowed,
    NotFound.
    """
    post = opening.check(actor, post_id, rules.may_edit)
    content.check_keepable(typed.title, typed.body, typed.standfirst, typed.tags)
    copy = _locked(actor, post_id)
    if copy is None and not _is_saved(post, typed):
        copy = _inserted(actor, post_id)
    if copy is None:
        return Autosaved(post, _put_typed(WorkingCopy(post_id=post_id, user_id=actor.id), typed))
    if copy.window != typed.window and copy.sequence > typed.seen and not _is_same(copy, typed):
        raise Conflict(
            "other-window",
            "This post is open in another window too, and that one wrote last. Nothing was overwritten.",
        )
    if copy.window == typed.window and copy.sequence >= typed.sequence:
        return Autosaved(post, copy)
    _put_typed(copy, typed)
    db.session().flush()
    if _is_saved(post, typed):
        discard(actor, post_id)
    return Autosaved(post, copy)


def discard(actor: Actor, post_id: int) -> None:
    """Forget what the actor typed since the last save; nothing happens when there is nothing."""
    mine = (WorkingCopy.post_id == post_id) & (WorkingCopy.user_id == actor.id)
    db.session().execute(delete(WorkingCopy).where(mine))


def _locked(actor: Actor, post_id: int) -> WorkingCopy | None:
    mine = (WorkingCopy.post_id == post_id) & (WorkingCopy.user_id == actor.id)
    query = select(WorkingCopy).where(mine).with_for_update().execution_options(populate_existing=True)
    return db.session().scalar(query)


def _inserted(actor: Actor, post_id: int) -> WorkingCopy:
    # Two windows may begin in the same moment; the later insert waits, does nothing and finds the other's row.
    blank: dict[str, Any] = {
        "post_id": post_id,
        "user_id": actor.id,
        "title": "",
        "standfirst": "",
        "body": "",
        "tags": "",
    }
    blank |= {"base_version": 1, "sequence": -1, "window": "", "updated_at": clock.now()}
    db.session().execute(db.insert_into(WorkingCopy).values(blank).on_conflict_do_nothing())
    copy = _locked(actor, post_id)
    if copy is None:
        raise Conflict("other-window", "Another window saved this post in the same moment. Nothing was overwritten.")
    return copy


def _is_same(copy: WorkingCopy, typed: Typed) -> bool:
    kept = (copy.title, copy.body, copy.standfirst, copy.tags)
    return kept == (typed.title, typed.body, typed.standfirst, typed.tags)


def _is_saved(post: Post, typed: Typed) -> bool:
    names = tuple(link.tag.name for link in post.tags)
    saved = (post.title, post.body, post.standfirst, names)
    return saved == (typed.title, typed.body, typed.standfirst, content.split_tags(typed.tags))


def _put_typed(copy: WorkingCopy, typed: Typed) -> WorkingCopy:
    copy.title, copy.body = typed.title, typed.body
    copy.standfirst, copy.tags = typed.standfirst, typed.tags
    copy.base_version, copy.window, copy.sequence = typed.based_on, typed.window, typed.sequence
    copy.updated_at = clock.now()
    return copy
