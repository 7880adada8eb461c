"""`byline reindex`."""

from __future__ import annotations

import click
from sqlalchemy import func, select, text

from byline.kernel import commands, db
from byline.posts.models import Post
from byline.search import jobs
from byline.search.messages import FillIndex
from byline.search.models import SearchPost


@click.command()
def reindex() -> None:
    """Bring every post, member and tag into the search's index anew.

    Changes keep the index in step by themselves; this is for rows that were written past Byline. Safe at any time:
    what is found stays found meanwhile, and a run that is interrupted can be started again.
    """
    with commands.site() as site:
        with site.database.unit_of_work(write=False) as session:
            posts = session.scalar(select(func.count()).select_from(Post).where(Post.listed_at.is_not(None))) or 0
        with click.progressbar(length=posts, label="Reading posts") as shown:
            task: FillIndex | None = FillIndex()
            while task is not None:
                with site.database.unit_of_work():
                    task = jobs.bring_next(task)
                shown.update(jobs.POSTS_AT_ONCE)
        with site.database.unit_of_work() as session:
            if site.database.is_sqlite:
                # One large segment is read faster than the many small ones that adding leaves behind.
                for name in ("search_posts_index", "search_names_index"):
                    session.execute(text(f"INSERT INTO {name} ({name}) VALUES ('optimize')"))  # noqa: S608  (names of our tables)
            db.content_changed()
            kept = session.scalar(select(func.count()).select_from(SearchPost))
        click.echo(f"{kept:,} {'post' if kept == 1 else 'posts'} can be found by their words.")
