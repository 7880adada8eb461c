"""The one door for changes of the room: following a tag, letting it go, and noting a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, func, select

from byline.kernel import clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import NotFound
from byline.posts import tags
from byline.posts.models import Tag
from byline.timeline import rules
from byline.timeline.models import TagFollow, TimelineVisit


def follow_tag(actor: Actor, tag_id: int) -> bool:
    """Follow a tag from now on; answer whether that is new.

    Raises NotAuthenticated, NotAllowed for an actor who may not follow, NotFound, and Invalid beyond the number of
    tags that one member may follow.
    """
    me = rules.check_may_follow_tags(actor)
    if db.session().scalar(select(Tag.id).where(Tag.id == tag_id, tags.is_listed())) is None:
        raise NotFound("no-such-tag", "No post carries this tag.")
    followed = db.session().scalar(select(func.count()).where(TagFollow.user_id == me)) or 0
    rules.check_number_of_tags(followed)
    wish = db.insert_into(TagFollow).values(user_id=me, tag_id=tag_id, created_at=clock.now())
    return db.session().execute(wish.on_conflict_do_nothing().returning(TagFollow.tag_id)).first() is not None


def unfollow_tag(actor: Actor, tag_id: int) -> bool:
    """Follow a tag no more; answer whether the actor did. Raises NotAuthenticated; a suspended member may let go."""
    mine = (TagFollow.user_id == rules.someone(actor), TagFollow.tag_id == tag_id)
    return db.session().execute(delete(TagFollow).where(*mine).returning(TagFollow.tag_id)).first() is not None


def note_visit(user_id: int, at: datetime) -> None:
    """Note that a member reads their timeline. After a pause it is a new visit, and the one before has ended."""
    row = db.insert_into(TimelineVisit).values(user_id=user_id, seen_at=at, before_at=None)
    has_ended = TimelineVisit.seen_at <= at - rules.VISIT_ENDS_AFTER
    later = row.on_conflict_do_update(
        index_elements=[TimelineVisit.user_id],
        set_={"seen_at": at, "before_at": case((has_ended, TimelineVisit.seen_at), else_=TimelineVisit.before_at)},
        where=TimelineVisit.seen_at < at,
    )
    db.session().execute(later)
