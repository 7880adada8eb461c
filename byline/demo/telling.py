"""What the demo's people were told: older news are read, and nobody gets mail about what was made up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, exists, select, update

from byline.kernel import bus, db
from byline.kernel.bus import Task
from byline.notifications.messages import WriteLetter
from byline.notifications.models import Kind, Notification
from byline.posts.models import Post

STILL_NEW = timedelta(days=4)


def settle(now: datetime) -> None:
    """Put what the other parts caused in order; once that was done nothing changes."""
    if db.session().scalar(select(exists().where(Notification.read_at.is_not(None)))):
        return
    _spread_likes(now)
    _change(update(Notification).values(mail=""))
    _change(delete(Task).where(Task.name == bus.name_of(WriteLetter)))
    _change(update(Notification).where(Notification.at < now - STILL_NEW).values(read_at=now))


def _spread_likes(now: datetime) -> None:
    """Let the last likes of each post have come some time after it, and not all while the demo was made."""
    query = select(Notification, Post.published_at).join(Post, Post.id == Notification.post_id)
    for line, published_at in db.session().execute(query.where(Notification.kind == Kind.LIKE)):
        if published_at is not None:
            line.at = published_at + (now - published_at) * (0.2 + line.id * 0.37 % 0.8)
    db.session().flush()


def _change(statement: Update | Delete) -> None:
    db.session().execute(statement, execution_options={"synchronize_session": False})
