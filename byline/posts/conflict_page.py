"""When another window saved first: both texts on one page, and nothing lost."""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from byline.kernel.text import diff
from byline.posts import desk, queries
from byline.posts.content import ChangedMeanwhile
from byline.posts.forms import WriteForm

CARRIED = ("standfirst", "tags", "slug", "cover", "audience", "when", "publish_at", "publish_offset", "state")


def show(form: WriteForm, conflict: ChangedMeanwhile) -> Response:
    """The page with the actor's text, the saved one and what differs; its form starts from the saved version."""
    theirs = desk.opened_by_id(conflict.post_id)
    page = render_template(
        "posts/conflict.html",
        mine=conflict.mine,
        theirs=theirs,
        last=queries.kept(theirs, theirs.version),
        changes=diff.compare(theirs.body, conflict.mine.body),
        carried=[(name, form[name].data or "") for name in CARRIED],
        form=form,
    )
    return make_response(page, conflict.status)
