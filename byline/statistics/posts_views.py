"""Pages of the statistics of one's own posts, and the line beside each of them in the studio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from flask import get_template_attribute, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from byline.analytics import report
from byline.analytics.sites.models import THIS_BYLINE, Site
from byline.kernel import clock, db
from byline.kernel.errors import NotFound
from byline.posts import queries as posts
from byline.posts import rules
from byline.posts.models import Post
from byline.statistics import asking, authors, chart, posts_board
from byline.statistics.authors import Written
from byline.statistics.blueprint import Answer
from byline.web import context, guards

log = structlog.get_logger()
DAYS = 28
"""Of the line in the studio."""


@guards.signed_in
def of_post(username: str, slug: str) -> Answer:
    """The readers of one post, for its authors and administrators; for everybody else there is no such page."""
    actor = context.current().actor
    post = posts.for_reading(actor, username, slug)
    if post is None or not (actor.is_administrator or rules.is_author(actor, post)):
        raise NotFound("post-unknown", "There is no such page.")
    address = f"/@{post.author.username}/{post.slug}"
    if (username, slug) != (post.author.username, post.slug):
        query = request.query_string.decode()
        return redirect(f"{address}/statistics{'?' + query if query else ''}", 301)
    written = Written(post.id, post.title or "Untitled", address)
    board = posts_board.of_posts(_this_byline(), request.args, [written], _people(post))
    return render_template(
        "statistics/post.html",
        board=board,
        post=written,
        is_own=rules.is_author(actor, post),
        names=[author.user.shown_name for author in post.authors] or [post.author.shown_name],
        **asking.drawing(),
    )


@guards.signed_in
def of_member() -> Answer:
    """The readers of all of the member's posts together."""
    actor = context.current().actor
    member_id = actor.id or 0
    board = posts_board.of_posts(_this_byline(), request.args, authors.own(member_id), [member_id])
    return render_template("statistics/writings.html", board=board, most=authors.MOST_POSTS, **asking.drawing())


def in_own_list(post_ids: Sequence[int]) -> Mapping[int, str]:
    """The views of each of a member's own posts in the last 28 days, with a small line; two statements.

    Nothing is said while the database of the numbers is away.
    """
    found = authors.places(post_ids)
    today = clock.now().astimezone(ZoneInfo(found.zone)).date()
    try:
        answers = report.of_paths(THIS_BYLINE, found.paths, today - timedelta(days=DAYS - 1), today)
    except SQLAlchemyError as error:
        log.warning("no numbers for a list of posts", error=type(error).__name__)
        return {}
    macro = get_template_attribute("statistics/_sparkline.html", "views_line")
    return {
        post_id: macro(answer.totals.pageviews, chart.sparkline(answer.views), found.paths[post_id][0], DAYS)
        for post_id, answer in answers.items()
    }


def _people(post: Post) -> list[int]:
    return sorted({post.author_id, *(author.user_id for author in post.authors)})


def _this_byline() -> Site:
    return db.session().get_one(Site, THIS_BYLINE)
