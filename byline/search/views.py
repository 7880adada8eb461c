"""The page of a search, and what its field offers while somebody types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from markupsafe import Markup

from byline.accounts.models import User
from byline.kernel import text
from byline.kernel.access import Permission
from byline.kernel.errors import NotFound
from byline.posts.models import Post
from byline.search import finding, highlighting, names, queries, questions
from byline.search.highlighting import Marker
from byline.search.queries import Filters, Hit
from byline.search.questions import Question
from byline.web import context, guards
from byline.web.incoming import number

blueprint = Blueprint("search", __name__, template_folder="templates")
LONGEST_FILTER = 200


@dataclass(frozen=True, slots=True)
class Result:
    """A post as the page shows it."""

    post: Post
    url: str
    title: Markup
    part: Markup


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a search; `other` gives that of one with another filter or on another page."""

    q: str
    filters: Filters

    def other(self, **changes: Any) -> str:
        """The address with these filters instead; None takes one away. It begins at the first page."""
        given = {"author": self.filters.author, "tag": self.filters.tag, "year": self.filters.year} | changes
        return url_for("search.results", q=self.q, **{name: value for name, value in given.items() if value})


@blueprint.get("/search")
def results() -> str:
    """What a question finds; without one, how to ask."""
    question, filters, page = _question(), _filters(), _page()
    chosen = queries.chosen(filters)
    given: dict[str, Any] = {"question": question, "filters": filters, "chosen": chosen, "page": page}
    given |= {"address": Address(question.text, filters), "weighed": finding.WEIGHED}
    given |= {"found": finding.Found(), "results": (), "has_more": False}
    if question.wanted and chosen.is_known:
        given |= _answers(question, chosen.marks, page)
    if page > 1 and not given["results"]:
        raise NotFound("no-such-page", "There is no such page.")
    return render_template("search/results.html", **given)


def _answers(question: Question, marks: tuple[str, ...], page: int) -> Mapping[str, object]:
    found = finding.of(question, marks, with_names=page == 1 and not marks)
    # A page begins at a place in the order: scores, which another list would page by, shift with every post added.
    start = (page - 1) * queries.PAGE_SIZE
    hits = queries.posts(found.best[start : start + queries.PAGE_SIZE])
    has_more = len(found.best) > start + queries.PAGE_SIZE
    known = queries.languages_in_use()
    markers = {name: highlighting.marker(question, name, known) for name in {hit.language for hit in hits}}
    results = [_result(hit, markers[hit.language]) for hit in hits]
    return {"found": found, "has_more": has_more, "results": results}


def _result(hit: Hit, marker: Marker) -> Result:
    post = hit.post
    words = text.plain(post.html)
    return Result(
        post,
        url_for("pages.post", username=post.author.username, slug=post.slug),
        marker.whole(post.title),
        marker.part(f"{post.standfirst} {words}".strip(), post.standfirst or post.excerpt),
    )


@blueprint.get("/search/suggestions")
def suggestions() -> Response:
    """Titles, people and tags that begin with what was typed so far, as JSON: `{"suggestions": [{kind, …}]}`."""
    question = _question()
    found = names.suggested(question) if question.wanted else names.Suggestions()
    offered = [
        *({"kind": "post", "label": post.title, "url": _url_of(post)} for post in found.posts),
        *map(_person, found.names.people),
        *({"kind": "tag", "label": tag.name, "url": url_for("pages.tag", tag=tag.slug)} for tag in found.names.tags),
    ]
    return jsonify(suggestions=offered)


@blueprint.get("/messages/people")
@guards.requires(Permission.COMMENT)
def people_to_write_to() -> Response:
    """Members to whom the one who asks may write and whose name begins so, as JSON of the same shape."""
    question = _question()
    people = names.people_to_write_to(context.current().actor, question) if question.wanted else ()
    return jsonify(suggestions=[_person(person) for person in people])


def _person(person: User) -> dict[str, str]:
    return {
        "kind": "person",
        "label": person.shown_name,
        "hint": f"@{person.username}",
        "picture": person.avatar_url,
        "url": url_for("pages.profile", username=person.username),
    }


def _url_of(post: Post) -> str:
    return url_for("pages.post", username=post.author.username, slug=post.slug)


def _question() -> Question:
    return questions.understood(request.args.get("q", ""))


def _filters() -> Filters:
    return Filters(_name("author").removeprefix("@"), _name("tag"), number(request.args.get("year", "")))


def _name(argument: str) -> str:
    """A name from the query string; nothing where it could be no name, which a database might refuse to look for."""
    given = request.args.get(argument, "").strip()
    return given if given.isprintable() and len(given) <= LONGEST_FILTER else ""


def _page() -> int:
    given = request.args.get("page", "1")
    page = number(given)
    if page is None or not 1 <= page <= queries.MOST_PAGES:
        raise NotFound("no-such-page", "There is no such page.")
    return page
