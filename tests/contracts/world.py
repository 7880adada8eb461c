"""A site in which every route finds something: members of all kinds, posts in every state, and their belongings."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Select, Table, delete, insert, select

from byline.accounts import roles
from byline.accounts.models import Role, User
from byline.analytics.experiments.models import Experiment
from byline.analytics.importing.models import Import
from byline.analytics.report.models import Funnel, Goal, Note, Segment
from byline.analytics.sites.models import Site, SiteMember, WriteKey
from byline.comments.models import Comment, CommentState, CommentVersion, HeldFor
from byline.conversations import service as conversations
from byline.kernel import images
from byline.kernel.access import EVERYTHING, Permission
from byline.kernel.db import Base, Database
from byline.kernel.images import Picture
from byline.kernel.site_rows import SitePage
from byline.kernel.storage import Storage
from byline.lists.models import Bookmark, ListItem, ReadingList
from byline.moderation.models import Decision, Matter, Reply, Report
from byline.posts import media
from byline.posts.models import Post, PostAddress, PostState, Revision, WorkingCopy
from byline.social import service as social
from byline.statistics.sharing.models import Alert, ReportMail, Share
from byline.web import context
from tests.contracts.access import SHARED_TOKEN
from tests.factories import MakePost, MakeUser, browser_with, cookie_of

NOTED = frozenset({"users.last_seen", "login_sessions.seen_at"})
"""What any request may leave behind: when a member was last here."""
NUMBERED = 900_001
"""The number of what is made with a number, far from those that the database gives."""
COMMENT = NUMBERED
Rows = Mapping[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class World:
    """The site, its people and its browsers."""

    app: Flask
    database: Database
    people: Mapping[str, User]
    posts: Mapping[PostState, Post]
    cookies: Mapping[str, dict[str, Any]]
    """Everybody is logged in from the beginning, so that no log-in is among the changes."""
    picture: str
    """The storage key of a picture of ada's."""
    conversation: int
    """The number of a conversation of ada's."""

    def browser(self, viewer: str) -> FlaskClient:
        """A browser of one of the people, or of a `stranger`."""
        return self.app.test_client() if viewer == "stranger" else browser_with(self.app, self.cookies[viewer])

    def without(self, permission: Permission) -> str:
        """A member who may do everything but this; answers the name to give to `browser`."""
        return f"without_{(permission.name or '').lower()}"


def fill(app: Flask, database: Database, make_user: MakeUser, make_post: MakePost) -> World:
    """Make the people and their things."""
    with database.unit_of_work() as session:
        for permission in Permission:
            session.add(Role(name=f"All but {permission.name}", permissions=int(EVERYTHING & ~permission)))
    people = {
        "ada": make_user("ada", about="Counts.\nAnd writes.", links=[{"label": "Home", "url": "https://example.org/"}]),
        "outsider": make_user("grace"),
        "administrator": make_user("root", role=roles.ADMINISTRATOR),
        "unconfirmed": make_user("newcomer", confirmed=False),
        "unclaimed": make_user("imported", email=None, password=None, claimed=False, confirmed=False),
    }
    for permission in Permission:
        name = f"without_{(permission.name or '').lower()}"
        people[name] = make_user(name.replace("_", "-"), role=f"All but {permission.name}")
    posts = {state: _post(make_post, people, state) for state in PostState}
    with database.unit_of_work() as session:
        published = session.get_one(Post, posts[PostState.PUBLISHED].id)
        published.version = 2
        session.add_all(_comments(people["ada"], published))
        session.flush()
        session.add(
            CommentVersion(comment_id=COMMENT, number=1, body="Said.", html="", written_at=published.updated_at)
        )
        session.add_all(_belongings(people["ada"], published))
        session.add(_decision(people, posts[PostState.WITHDRAWN]))
        session.flush()
        session.add_all(_before_moderators(people, published, posts[PostState.WITHDRAWN]))
        session.add(_about(published.updated_at))
        session.add(_site(people["ada"], published.updated_at))
        session.flush()
        session.add_all(_beside_site(people["outsider"], published.updated_at))
        session.add(
            ListItem(list_id=NUMBERED, post_id=published.id, position=0, note="First.", added_at=published.updated_at)
        )
        key = media.keep(
            people["ada"].actor, _picture(), Storage(context.settings_of(app).data / "media"), alt="A dot"
        ).key
    with database.unit_of_work():
        # Neither may break any page: a follow both ways, and a conversation of ada's.
        social.follow(people["ada"].actor, people["outsider"].id)
        social.follow(people["outsider"].actor, people["ada"].id)
        sent = conversations.send(people["outsider"].actor, people["ada"].id, "Hello, see https://example.org/ <b>.")
    cookies = {name: cookie_of(app, person) for name, person in people.items() if person.claimed}
    return World(app, database, people, posts, cookies, key, sent.conversation_id)


def _picture() -> Picture:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(raw, "PNG")
    return images.open_upload(raw.getvalue())


def _post(make_post: MakePost, people: Mapping[str, User], state: PostState) -> Post:
    title = "Hello" if state is PostState.PUBLISHED else f"Hello {state}"
    body = "## One\n\nText with `code`.\n\n## Two\n\n```python\nx = 1\n```\n\n## Three\n\nEnd.\n"
    return make_post(
        people["ada"], title=title, body=body, state=state, tags=("News", "Notes"), co_authors=[people["outsider"]]
    )


def _about(stamp: datetime) -> SitePage:
    words = {"title": "About", "body": "We.", "html": "<p>We.</p>"}
    return SitePage(slug="about", position=1, version=1, created_at=stamp, updated_at=stamp, **words)


def _site(ada: User, stamp: datetime) -> Site:
    """A site that ada measures."""
    return Site(id=NUMBERED, owner_id=ada.id, name="Lamps", url="https://lamps.example", created_at=stamp)


def _beside_site(editor: User, stamp: datetime) -> list[Base]:
    """Its team and a key, and another site of the editor's that goes."""
    going = {"owner_id": editor.id, "name": "Old", "url": "https://old.example", "deletion_asked_at": stamp}
    return [
        SiteMember(site_id=NUMBERED, user_id=editor.id, role="editor", created_at=stamp),
        WriteKey(id=NUMBERED, site_id=NUMBERED, name="Server", digest="0" * 64, hint="abcd", created_at=stamp),
        Site(id=NUMBERED + 1, created_at=stamp, **going),
        _import(stamp),
        *_asked_again_and_again(stamp),
        *_shared(editor, stamp),
    ]


def _shared(editor: User, stamp: datetime) -> list[Base]:
    """A link to the site's numbers that another website shows in a frame, and letters to the editor about them."""
    mine, theirs = {"id": NUMBERED, "site_id": NUMBERED, "created_at": stamp}, {"user_id": editor.id}
    return [
        Share(name="Press", token=SHARED_TOKEN, origins=["https://press.example"], **mine),
        ReportMail(pace="weekly", told_until=stamp.date(), **mine, **theirs),
        Alert(watches="spike", threshold=50, **mine, **theirs),
    ]


def _import(stamp: datetime) -> Import:
    """A file of another tool that waits to be brought in."""
    table = {"name": "pages.csv", "about": "Pages", "rows": 2, "broken": 1, "notes": ["hosts of pages"]}
    holds = {"rows": 2, "tables": [{**table, "first": "2025-01-01", "last": "2025-01-02"}], "left": [["a.txt", "No."]]}
    waits = {"kind": "plausible", "name": "export.zip", "state": "waiting", "file_name": "0" * 32}
    return Import(id=NUMBERED, site_id=NUMBERED, asked_at=stamp, numbers=holds, **waits)


def _asked_again_and_again(stamp: datetime) -> list[Base]:
    """What the team of ada's site wants to know again and again."""
    mine = {"id": NUMBERED, "site_id": NUMBERED, "created_at": stamp}
    variants = [{"name": "plain", "weight": 1}, {"name": "bold", "weight": 1}]
    steps = [{"event": "", "path": "/lamps", "props": {}}, {"event": "Order", "path": "", "props": {}}]
    return [
        Goal(name="Order", event="Order", path="", props={"plan": "yearly"}, **mine),
        Funnel(name="Buying", steps=steps, **mine),
        Segment(name="Searchers", filters=["is,source,Google"], **mine),
        Note(day=stamp.date(), text="The letter went out", **mine),
        Experiment(name="Headline", key="headline", variants=variants, goal="Order", winner="", event="Order", **mine),
    ]


def _belongings(ada: User, post: Post) -> list[Base]:
    stamp = post.updated_at
    return [
        Revision(
            post_id=post.id, number=2, editor_id=ada.id, title=post.title, body="Later.", tags=[], created_at=stamp
        ),
        WorkingCopy(post_id=post.id, user_id=ada.id, title="Hello", body="Typed.", base_version=1, updated_at=stamp),
        PostAddress(author_id=ada.id, slug="hullo", post_id=post.id),
        Bookmark(member_id=ada.id, post_id=post.id, created_at=stamp),
        ReadingList(
            id=NUMBERED,
            owner_id=ada.id,
            slug="lamps",
            title="Lamps",
            created_at=stamp,
            updated_at=stamp,
            published_at=stamp,
            was_published=True,
        ),
    ]


def _decision(people: Mapping[str, User], hidden: Post) -> Decision:
    """The first decision of a moderator, which ada has answered."""
    ada, root = people["ada"], people["administrator"]
    who = {"actor_id": root.id, "actor_name": root.username, "member_id": ada.id, "member_name": ada.username}
    return Decision(
        id=NUMBERED, at=hidden.updated_at, act="hide", kind="post", subject_id=hidden.id, reason="Stolen.", **who
    )


def _before_moderators(people: Mapping[str, User], published: Post, hidden: Post) -> list[Base]:
    """What waits for moderators: an answer to a decision, a post that was reported, a comment that was held."""
    ada, stamp = people["ada"].id, published.updated_at
    ordinary = {"member_id": ada, "opened_at": stamp, "rank": 1, "bundle": f"m:{ada}", "excerpt": "Hello"}
    appeal = {**ordinary, "rank": 3, "bundle": f"a:{NUMBERED}", "appealed_id": NUMBERED}
    return [
        Matter(id=NUMBERED, kind="post", subject_id=hidden.id, cause="appealed", **appeal),
        Matter(id=NUMBERED + 1, kind="post", subject_id=published.id, cause="reported", reports=1, **ordinary),
        Matter(id=NUMBERED + 2, kind="comment", subject_id=COMMENT + 1, cause="held", held_for="first", **ordinary),
        Report(
            matter_id=NUMBERED + 1, reporter_id=people["outsider"].id, reason="other", note="Look.", created_at=stamp
        ),
        Reply(decision_id=NUMBERED, author_id=ada, text="It is mine.", created_at=stamp),
    ]


def _comments(ada: User, post: Post) -> list[Base]:
    """One that everybody reads, and an answer to it that waits."""
    stamp, words, path = post.updated_at, {"body": "Well said.", "html": "<p>Well said.</p>"}, f"{COMMENT:010d}"
    shown = {"state": CommentState.VISIBLE, "first_shown_at": stamp, "shown_at": stamp, "placed_at": stamp}
    first = Comment(
        id=COMMENT, post_id=post.id, author_id=ada.id, root_id=COMMENT, path=path, created_at=stamp, **words
    )
    for name, value in shown.items():
        setattr(first, name, value)
    held = {"state": CommentState.HELD, "held_for": HeldFor.FIRST, "parent_id": COMMENT, "root_id": COMMENT, "depth": 1}
    waits = Comment(
        id=COMMENT + 1,
        post_id=post.id,
        author_id=ada.id,
        path=f"{path}{COMMENT + 1:010d}",
        created_at=stamp,
        **held,
        **words,
    )
    return [first, waits]


SAMPLES: Mapping[str, Callable[[World], object]] = {
    "username": lambda _: "ada",
    "slug": lambda _: "hello",
    "tag": lambda _: "news",
    "year": lambda world: world.posts[PostState.PUBLISHED].created_at.year,
    "month": lambda world: world.posts[PostState.PUBLISHED].created_at.month,
    "post_id": lambda world: world.posts[PostState.PUBLISHED].id,
    "subject_id": lambda world: world.posts[PostState.PUBLISHED].id,
    "decision_id": lambda _: NUMBERED,
    "batch": lambda _: "none",
    "user_id": lambda world: world.people["ada"].id,
    "key": lambda world: world.picture,
    "conversation_id": lambda world: world.conversation,
    "number": lambda _: 1,
    "comment_id": lambda _: COMMENT,
    "list_id": lambda _: NUMBERED,
    "site_id": lambda _: NUMBERED,
    "key_id": lambda _: NUMBERED,
    "goal_id": lambda _: NUMBERED,
    "experiment_id": lambda _: NUMBERED,
    "funnel_id": lambda _: NUMBERED,
    "segment_id": lambda _: NUMBERED,
    "note_id": lambda _: NUMBERED,
    "import_id": lambda _: NUMBERED,
    "share_id": lambda _: NUMBERED,
    "token": lambda _: "no-such-token",
}


class Snapshot:
    """Every row of every table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.rows = dump(database)
        self._copy = _copied(database) if database.is_sqlite else None

    def changes(self, *, apart_from: frozenset[str] = frozenset()) -> list[str]:
        """The tables that differ now, columns named `table.column` apart."""
        now = dump(self._database)
        return [
            table.name
            for table in tables()
            if _without(table, self.rows, apart_from) != _without(table, now, apart_from)
        ]

    def restore(self) -> None:
        """Put everything back as it was."""
        if self._copy is not None:
            _copy(self._copy, self._database)
            return
        now = dump(self._database)
        if now == self.rows:
            return
        with self._database.unit_of_work() as session:
            for table in reversed(tables()):
                if now[table.name]:
                    session.execute(delete(table))
            for table in tables():
                names = [column.name for column in table.columns]
                if self.rows[table.name]:
                    session.execute(
                        insert(table), [dict(zip(names, row, strict=True)) for row in self.rows[table.name]]
                    )


def _copied(database: Database) -> sqlite3.Connection:
    """All of a SQLite database in memory; its pages are put back faster than its rows."""
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(database.writer.raw_connection()) as raw:
        raw.driver_connection.backup(copy)  # type: ignore[union-attr]
    return copy


def _copy(source: sqlite3.Connection, database: Database) -> None:
    with closing(database.writer.raw_connection()) as raw:
        source.backup(raw.driver_connection)  # type: ignore[arg-type]


@cache
def tables() -> tuple[Table, ...]:
    """Every table, those that others refer to first."""
    return tuple(Base.metadata.sorted_tables)


@cache
def _everything() -> Mapping[str, Select[Any]]:
    """What asks for every row of each table, in the order of its key; put together once, as contracts ask often."""
    return {table.name: select(table).order_by(*table.primary_key.columns) for table in tables()}


def dump(database: Database) -> Rows:
    """Every row of every table, in the order of its key."""
    with database.unit_of_work(write=False) as session:
        connection = session.connection()
        return {name: [tuple(row) for row in connection.execute(asked)] for name, asked in _everything().items()}


def _without(table: Table, rows: Rows, apart_from: frozenset[str]) -> list[tuple[Any, ...]]:
    kept = [number for number, column in enumerate(table.columns) if f"{table.name}.{column.name}" not in apart_from]
    return [tuple(row[number] for number in kept) for row in rows[table.name]]
