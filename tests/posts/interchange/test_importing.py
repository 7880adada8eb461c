from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from byline.accounts.models import User
from byline.kernel import clock
from byline.kernel.access import SYSTEM
from byline.kernel.db import Database
from byline.posts import service
from byline.posts.content import LONGEST_STANDFIRST, LONGEST_TITLE, MOST_TAGS, Content
from byline.posts.interchange import author_map
from byline.posts.interchange.author_map import Known
from byline.posts.models import Media, PathRedirect, Post, PostAuthor, PostState, PostTag
from tests.factories import MakePost, MakeUser
from tests.posts.interchange import site_state
from tests.posts.interchange.conftest import SAMPLE, Bring, WriteFolder


def picture(colour: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def post_at(database: Database, place: str) -> Post:
    """The post that came from a place, with all that belongs to it."""
    with database.unit_of_work(write=False) as session:
        return session.scalars(
            select(Post)
            .where(Post.source_path == f"blog/{place}")
            .options(
                undefer(Post.html),
                undefer(Post.front_matter),
                joinedload(Post.author),
                selectinload(Post.authors).joinedload(PostAuthor.user),
                selectinload(Post.tags).joinedload(PostTag.tag),
            )
        ).one()


ZOLA = """+++
title = "A title"
date = 2026-03-14T12:00:00Z
updated = 2026-03-15
description = "What it is about."
slug = "my-slug"
authors = ["Ada Lovelace", "Grace Hopper"]
aliases = ["old/place.html", "/older/place/"]
[taxonomies]
tags = ["Rust", "Compilers"]
[extra]
team = "The team"
[extra.deep]
value = 3
+++
The *text*.
"""


def test_zola_front_matter_becomes_a_post(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    assert bring(write_folder({"a.md": ZOLA})).made == ["a.md"]
    post = post_at(database, "a.md")
    assert (post.title, post.slug, post.standfirst, post.state) == (
        "A title", "my-slug", "What it is about.", PostState.PUBLISHED,
    )  # fmt: skip
    assert post.published_at == post.listed_at == post.created_at == datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert post.updated_at == datetime(2026, 3, 15, tzinfo=UTC)
    assert [author.user.name for author in post.authors] == ["Ada Lovelace", "Grace Hopper"]
    assert (post.author.username, post.author.claimed, post.author.email) == ("ada-lovelace", False, None)
    assert [link.tag.name for link in post.tags] == ["Rust", "Compilers"]
    assert post.front_matter == {"extra": {"team": "The team", "deep": {"value": 3}}}
    assert post.html == "<p>The <em>text</em>.</p>\n"


def test_hugo_front_matter_becomes_a_post(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    files = {
        "hugo.toml": 'baseURL = "https://old.example/"',
        "content/posts/first/index.md": "---\nTitle: First\ndate: 2026-03-14\nlastmod: 2026-03-16\ntags: [a, b]\n"
        "categories: News\nauthor: {name: Ada}\ncover: {image: cover.png}\n---\n"
        '{{< figure src="p.png" alt="P" >}} [second]({{< relref "second.md" >}}) [abs](https://old.example/go/second/)',
        "content/posts/first/p.png": picture(),
        "content/posts/first/cover.png": picture("navy"),
        "content/posts/second.md": '{"title": "Second", "date": "2026-03-15", "draft": false, "url": "/go/second/"}\n'
        "![s](/img/s.png) ![e](/img/none.png)",
        "static/img/s.png": picture("gold"),
        "themes/x/README.md": "# No post",
    }
    outcome = bring(write_folder(files), nobody=Known(name="Ada"))
    assert outcome.made == ["posts/first/index.md", "posts/second.md"]
    first, second = post_at(database, "posts/first/index.md"), post_at(database, "posts/second.md")
    assert [link.tag.name for link in first.tags] == ["a", "b", "News"]
    assert first.html.count('href="/@ada/second"') == 2
    assert 'width="40" height="30"' in first.html
    assert first.cover_chosen
    assert str(first.cover_key) not in first.html
    assert second.slug == "second"
    assert second.html.count('src="/media/') == 1
    with database.unit_of_work(write=False) as session:
        assert set(session.scalars(select(PathRedirect.path))) == {"posts/first", "go/second"}


def test_jekyll_posts_and_drafts_become_posts(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    files = {
        "_config.yml": "url: https://old.example",
        "_posts/2026-03-14-hello-world.md": "---\nlayout: post\ntags: one two\n---\n# Hello *world*\n\nText "
        "![p]({{ site.baseurl }}/assets/p.png) [next]({% post_url 2026-03-15-next %})",
        "_posts/2026-03-15-next.md": "---\ntitle: Next\npublished: false\n---\nText",
        "_drafts/idea.md": "---\ntitle: Idea\n---\nText",
        "assets/p.png": picture(),
    }
    bring(write_folder(files))
    hello = post_at(database, "_posts/2026-03-14-hello-world.md")
    assert (hello.title, hello.slug, hello.published_at) == (
        "Hello world", "hello-world", datetime(2026, 3, 14, tzinfo=UTC),
    )  # fmt: skip
    assert "Hello" not in hello.body
    assert "/media/" in hello.html
    assert 'href="/@blog/next"' in hello.html
    assert post_at(database, "_posts/2026-03-15-next.md").state == PostState.DRAFT
    assert post_at(database, "_drafts/idea.md").state == PostState.DRAFT
    with database.unit_of_work(write=False) as session:
        assert "2026/03/14/hello-world.html" in set(session.scalars(select(PathRedirect.path)))


def test_plain_files_get_title_and_date_from_what_there_is(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    root = write_folder(
        {"notes/some-thoughts.md": "Just text.", "setext.md": "A heading\n=========\n\nText", "README.md": "x"}
    )
    os.utime(root / "notes/some-thoughts.md", (1_700_000_000, 1_700_000_000))
    outcome = bring(root)
    assert [refused.place for refused in outcome.skipped] == ["README.md"]
    thoughts = post_at(database, "notes/some-thoughts.md")
    assert (thoughts.title, thoughts.published_at) == ("Some thoughts", datetime.fromtimestamp(1_700_000_000, UTC))
    assert thoughts.author.username == "blog"
    assert post_at(database, "setext.md").title == "A heading"


@pytest.mark.parametrize(
    ("heading", "body"),
    [("# A *title*: again", "Text"), ("# Another one", "# Another one\n\nText"), ("# !!!", "# !!!\n\nText")],
)
def test_a_text_does_not_begin_with_its_title_again(
    bring: Bring, write_folder: WriteFolder, database: Database, heading: str, body: str
) -> None:
    bring(write_folder({"a.md": f"---\ntitle: A title - again\n---\n\n{heading}\n\nText"}))
    assert post_at(database, "a.md").body == body


def test_a_date_to_come_is_a_schedule(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    with clock.frozen(datetime(2026, 3, 14, 12, tzinfo=UTC)):
        bring(write_folder({"a.md": "---\ntitle: A\ndate: 2026-03-20 08:00\n---\nText"}))
    post = post_at(database, "a.md")
    assert (post.state, post.publish_at, post.listed_at) == (
        PostState.SCHEDULED, datetime(2026, 3, 20, 8, tzinfo=UTC), None,
    )  # fmt: skip


def test_a_schedule_that_has_come_due_meanwhile_is_no_change(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    root = write_folder({"a.md": "---\ntitle: A\ndate: 2026-03-20 08:00\n---\nText"})
    with clock.frozen(datetime(2026, 3, 14, 12, tzinfo=UTC)):
        bring(root)
        clock.advance(3600)
        assert bring(root).unchanged == ["a.md"]
        clock.advance(30 * 86_400)
        with database.unit_of_work():
            service.publish_due(post_at(database, "a.md").id)
        assert bring(root).unchanged == ["a.md"]


BROKEN: dict[str, str | bytes] = {
    "toml.md": "+++\ntitle = \n+++\nText",
    "endless.md": '+++\ntitle = "A"\nText',
    "yaml.md": "---\ntitle: [\n---\nText",
    "date.md": "---\ntitle: A\ndate: sometime\n---\nText",
    "bytes.md": b"---\ntitle: A\n---\n\xff\xfe",
    "nul.md": b"---\ntitle: A\n---\n\x00",
    "huge.md": "x" * 3_000_000,
    "long.md": "---\ntitle: A\n---\n" + "word " * 80_000,
    "empty.md": "",
}


def test_broken_files_are_told_and_the_others_come_in(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    root = write_folder({**BROKEN, "good.md": "---\ntitle: Good\n---\nText"})
    (root / "loop.md").symlink_to(root / "loop.md")
    (root / "away.md").symlink_to("/etc/passwd")
    outcome = bring(root)
    assert outcome.made == ["good.md"]
    assert {refused.place for refused in outcome.skipped} == {*BROKEN, "loop.md", "away.md"}
    assert all(refused.reason.endswith(".") for refused in outcome.skipped)
    assert not outcome.is_complete


@pytest.mark.parametrize("date", ["9999-12-31", "2999-01-01T00:00:00Z"])
def test_a_date_that_can_only_be_a_slip_is_refused(bring: Bring, write_folder: WriteFolder, date: str) -> None:
    outcome = bring(write_folder({"a.md": f"---\ntitle: A\ndate: {date}\n---\nText"}))
    assert [one.place for one in outcome.skipped] == ["a.md"]
    assert "too far ahead" in outcome.skipped[0].reason


def test_letters_that_no_database_keeps_do_no_harm(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    nasty = "x\x00\x07\ud800y"
    fields = {
        "title": nasty, "date": "2026-01-01", "slug": nasty, "description": nasty, "tags": [nasty], "author": nasty,
        "aliases": [nasty, f"/{'long/' * 200}"], "cover": nasty, "team": {nasty: nasty}, "url": f"/{nasty}",
    }  # fmt: skip
    root = write_folder({"a.md": json.dumps(fields) + "\nText [x](%00) [y](http://[) [z](//x:y/) ![p](<a\\\x01>)"})
    os.close(os.open(os.fsencode(root) + b"/\xff.md", os.O_CREAT | os.O_WRONLY))
    deep = root / ("long" * 40) / ("name" * 40) / ("here" * 40)
    deep.mkdir(parents=True)
    (deep / f"{'title' * 20}.md").write_text("Text")
    outcome = bring(root)
    assert (len(outcome.made), [one.reason for one in outcome.skipped]) == (2, ["Its name is not UTF-8."])
    assert len(bring(root).unchanged) == 2
    assert post_at(database, "a.md").title == "xy"


def test_what_does_not_fit_is_cut_and_noted(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    tags = [f"tag {number}" for number in range(12)]
    outcome = bring(
        write_folder(
            {"a.md": f"---\ntitle: {'long ' * 90}\ndescription: {'word ' * 150}\ntags: {[*tags, '!!']}\n---\nA\x07b"}
        )
    )
    post = post_at(database, "a.md")
    assert (len(post.title) <= LONGEST_TITLE, len(post.standfirst) <= LONGEST_STANDFIRST) == (True, True)
    assert len(post.tags) == MOST_TAGS
    assert (post.title.endswith("…"), post.body) == (True, "Ab")
    assert len(outcome.notes) == 5


def test_a_title_of_punctuation_still_gets_an_address(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    bring(write_folder({"!!!.md": "---\ntitle: '!!!'\n---\nText", "edit.md": "---\ntitle: Edit\n---\nText"}))
    assert post_at(database, "!!!.md").slug == "untitled"
    assert post_at(database, "edit.md").slug == "edit-2"


def test_posts_of_one_name_are_told_apart(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    files = {f"{year}/update.md": f"---\ntitle: Update\ndate: {year}-01-01\n---\nText" for year in (2024, 2025, 2026)}
    bring(write_folder(files))
    slugs = [post_at(database, place).slug for place in files]
    assert slugs == ["update", "update-2", "update-3"]


def test_the_author_map_leads_to_members(
    bring: Bring, write_folder: WriteFolder, database: Database, make_user: MakeUser
) -> None:
    make_user("ada")
    make_user("grace", email="grace@example.org")
    root = write_folder(
        {
            "map.yaml": "Ada Lovelace: ada\nGrace: grace@example.org\nThe both: [ada, {username: jean, name: Jean}]\n",
            "a.md": "---\ntitle: A\nauthor: Ada Lovelace & Grace\n---\nText",
            "b.md": "---\ntitle: B\nauthor: the Both\n---\nText",
        }
    )
    outcome = bring(root, known=author_map.read(root / "map.yaml"))
    assert [author.user.username for author in post_at(database, "a.md").authors] == ["ada", "grace"]
    assert [author.user.username for author in post_at(database, "b.md").authors] == ["ada", "jean"]
    assert outcome.accounts == ["jean"]


def test_a_member_with_the_name_of_an_author_does_not_get_their_posts(
    bring: Bring, write_folder: WriteFolder, database: Database, make_user: MakeUser
) -> None:
    make_user("ada-lovelace", name="Ada Lovelace")
    bring(write_folder({"a.md": "---\ntitle: A\nauthor: Ada Lovelace\n---\nText"}))
    author = post_at(database, "a.md").author
    assert (author.claimed, author.username) == (False, "ada-lovelace-2")


def test_names_that_are_kept_for_the_site_are_not_given_to_authors(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    bring(write_folder({f"{name}.md": f"---\ntitle: A\nauthor: {name}\n---\nText" for name in ("Admin", "..", "李明")}))
    with database.unit_of_work(write=False) as session:
        names = {user.name: user.username for user in session.scalars(select(User))}
    assert names["Admin"] not in ("admin", "Admin")
    assert names["李明"].isascii()


def test_links_pictures_and_headings_of_the_folder_work_on_the_site(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    body = (
        "[md](../b.md) [zola](@/b.md#the-part) [old](/blog/b/) [abs](https://old.example/2026/01/b.html#The_Part) "
        "[own](#first-part) [gone](#nothing) [out](https://elsewhere.example/b) [mail](mailto:a@b.example)\n\n"
        "## First *part* {#first-part}\n\n![p](p.png)\n\n[![p][t]][t]\n\n[t]: <./big picture.png> 'T'\n\n"
        '<img src="p.png" alt="raw"> <a href="../b.md">raw</a>\n\n`[md](../b.md)`\n\n[data](data.csv) ![no](no.png)'
    )
    outcome = bring(
        write_folder(
            {
                "a/index.md": f"---\ntitle: A\ndate: 2026-01-02\n---\n{body}",
                "a/p.png": picture(),
                "a/big picture.png": picture("red"),
                "a/data.csv": "1,2",
                "b.md": "---\ntitle: B\ndate: 2026-01-01\nurl: /2026/01/b.html\naliases: [/blog/b]\n---\n## The part",
            }
        ),
        hosts=("old.example",),
    )
    html = post_at(database, "a/index.md").html
    assert html.count('href="/@blog/b"') == 3
    assert html.count('href="/@blog/b#t-the-part"') == 2
    assert html.count('src="/media/') == 3
    assert 'href="#t-first-part"' in html
    assert "<code>[md](../b.md)</code>" in html
    assert 'href="https://elsewhere.example/b"' in html
    told = " ".join(note for _, note in outcome.notes)
    assert ("#nothing" in told, "data.csv" in told, "no.png" in told) == (True, True, True)


def test_pictures_are_made_anew_and_a_bad_one_costs_only_itself(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    drawing = '<rect width="9" height="9"/><script>alert(1)</script>'
    script = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{drawing}</svg>'
    outcome = bring(
        write_folder(
            {
                "a.md": "---\ntitle: A\n---\n![s](s.svg) ![f](fake.png) ![x](../outside.png) ![p](/etc/passwd)",
                "s.svg": script,
                "fake.png": "not a picture",
                "../outside.png": picture(),
            }
        )
    )
    html = post_at(database, "a.md").html
    assert html.count('src="/media/') == 1
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Media.id))) == 1
    assert any("fake.png" in note for _, note in outcome.notes)
    assert "1 picture was taken in." in outcome.lines()


def test_a_second_run_changes_nothing(bring: Bring, database: Database) -> None:
    first = bring(SAMPLE)
    before = site_state.of(database)
    again = bring(SAMPLE)
    assert site_state.differences(before, site_state.of(database)) == []
    assert (len(again.unchanged), again.made, again.changed, again.accounts) == (len(first.made), [], [], [])


def test_what_changed_in_the_folder_changes_on_the_site(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    root = write_folder({"a.md": ZOLA, "b.md": "---\ntitle: B\n---\n[a](a.md)"})
    bring(root)
    write_folder({"a.md": ZOLA.replace("The *text*", "Another text").replace('"Rust", ', "")})
    outcome = bring(root)
    assert (outcome.changed, outcome.unchanged) == (["a.md"], ["b.md"])
    post = post_at(database, "a.md")
    assert (post.body, [link.tag.name for link in post.tags], post.version) == ("Another text.", ["Compilers"], 2)


def test_what_was_edited_on_the_site_is_left_unless_asked(
    bring: Bring, write_folder: WriteFolder, database: Database, make_user: MakeUser
) -> None:
    administrator = make_user("root-ada", role="Administrator")
    root = write_folder({"a.md": ZOLA})
    bring(root)
    post = post_at(database, "a.md")
    with database.unit_of_work():
        service.save(administrator.actor, post.id, Content("A title", "Edited here."), based_on=1)
    assert bring(root).unchanged == ["a.md"]
    write_folder({"a.md": ZOLA.replace("The *text*", "Another text")})
    assert [one.place for one in bring(root).left] == ["a.md"]
    assert post_at(database, "a.md").body == "Edited here."
    assert bring(root, overwrite=True).changed == ["a.md"]
    assert post_at(database, "a.md").body == "Another text."


def test_what_is_in_the_bin_stays_there(bring: Bring, write_folder: WriteFolder, database: Database) -> None:
    root = write_folder({"a.md": ZOLA})
    bring(root)
    with database.unit_of_work():
        service.delete(SYSTEM, post_at(database, "a.md").id)
    write_folder({"a.md": ZOLA.replace("The *text*", "Another text")})
    assert [one.place for one in bring(root).left] == ["a.md"]


def test_an_author_who_has_claimed_the_account_keeps_the_posts(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    root = write_folder({"a.md": ZOLA})
    bring(root)
    with database.unit_of_work() as session:
        ada = session.scalars(select(User).where(User.username == "ada-lovelace")).one()
        ada.claimed, ada.name = True, "Countess"
    outcome = bring(root)
    assert (outcome.unchanged, outcome.accounts) == (["a.md"], [])


def test_old_addresses_lead_to_the_post(
    bring: Bring, write_folder: WriteFolder, database: Database, client: FlaskClient
) -> None:
    bring(write_folder({"a.md": ZOLA}))
    for path in ("/old/place.html", "/older/place", "/older/place/"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, "/@ada-lovelace/my-slug")


def test_two_files_that_claim_one_old_address_do_not_quarrel(
    bring: Bring, write_folder: WriteFolder, database: Database
) -> None:
    text = "---\ntitle: {}\ndate: 2026-01-0{}\naliases: [same]\n---\nText"
    root = write_folder({"a.md": text.format("A", 1), "b.md": text.format("B", 2)})
    assert len(bring(root).made) == 2
    assert len(bring(root).unchanged) == 2


def test_an_import_makes_no_noise_for_readers(
    bring: Bring, write_folder: WriteFolder, database: Database, make_post: MakePost
) -> None:
    make_post(title="Here before")
    assert bring(write_folder({"a.md": ZOLA})).is_complete
    with database.unit_of_work(write=False) as session:
        assert session.scalar(select(func.count(Post.id))) == 2


@pytest.mark.parametrize("place", ["a/index.md", "a.md"])
def test_folders_that_cannot_be_read_are_told(bring: Bring, write_folder: WriteFolder, place: str) -> None:
    root = write_folder({place: ZOLA})
    path = Path(root / place)
    path.unlink()
    path.mkdir()
    outcome = bring(root)
    assert outcome.made == []
