"""What becomes of pictures when the member who uploaded them leaves: what a post shows stays, the rest goes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select

from byline.kernel import bus, db
from byline.kernel.settings import Settings
from byline.kernel.storage import Storage
from byline.posts import media
from byline.posts.messages import ForgetFiles
from byline.posts.models import Media, Post


def settle(user_id: int) -> None:
    """Give each picture that somebody else's post shows to that post's owner; the others go with the member.

    Reads the text of every post that names a picture, once. Earlier revisions do not keep a picture.
    """
    session = db.session()
    mine = {row.key: row for row in session.scalars(select(Media).where(Media.owner_id == user_id))}
    if not mine:
        return
    for key, heir in _needed(set(mine), user_id).items():
        has_it = select(Media.id).where(Media.owner_id == heir, Media.key == key)
        if session.scalar(has_it) is None:
            mine[key].owner_id = heir
    session.flush()
    session.execute(delete(Media).where(Media.owner_id == user_id))
    bus.enqueue(ForgetFiles(sorted(mine)))


def _needed(keys: set[str], user_id: int) -> dict[str, int]:
    """Which of the pictures are shown by a post of somebody else, each with the owner of the first such post."""
    needed: dict[str, int] = {}
    for owner_id, shown in _shown(user_id):
        for key in shown & keys:
            needed.setdefault(key, owner_id)
    return needed


def _shown(user_id: int) -> Iterator[tuple[int, set[str]]]:
    query = select(Post.author_id, Post.body, Post.cover_key).where(Post.author_id != user_id)
    query = query.where(Post.body.contains(media.ROOT) | Post.cover_key.is_not(None)).order_by(Post.id)
    for owner_id, body, cover_key in db.session().execute(query.execution_options(yield_per=200)):
        yield owner_id, media.keys_in(body) | ({cover_key} if cover_key else set())


def forget_files(task: ForgetFiles, settings: Settings) -> None:
    """Remove the files that no row names. Safe to run twice."""
    named = set(db.session().scalars(select(Media.key).where(Media.key.in_(task.keys))))
    storage = Storage(settings.media_folder)
    for key in set(task.keys) - named:
        storage.delete(key)
