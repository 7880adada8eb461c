"""Pages of the site's own: written, changed, put in order and removed by administrators."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from byline.accounts import administrators, audit, member_acts
from byline.accounts.models import AuditEntry, User
from byline.admin import page_rules
from byline.admin.page_rules import LONGEST_SLUG, MOST_PAGES, Draft
from byline.kernel import clock, db, site, text
from byline.kernel.access import Actor
from byline.kernel.errors import Conflict, Invalid, NotFound
from byline.kernel.site_rows import FormerSitePage, SitePage
from byline.posts import rendering

TAKEN = "Another page has this address."


@dataclass(frozen=True, slots=True)
class Removed:
    """A page that was removed: the entry of the audit log that keeps its text, and its place in the footer."""

    entry_id: int
    position: int


def every() -> Sequence[tuple[SitePage, str | None]]:
    """Every page in the order of the footer, with who changed it last; one statement."""
    query = select(SitePage, User.username).outerjoin(User, User.id == SitePage.updated_by_id)
    return [(page, name) for page, name in db.session().execute(query.order_by(SitePage.position, SitePage.id))]


def opened(actor: Actor, slug: str) -> SitePage:
    """The page at this address, for its editor; NotAllowed for whoever does not administer, NotFound for none."""
    member_acts.check(actor)
    found = db.session().scalar(select(SitePage).where(SitePage.slug == slug)) if slug.isprintable() else None
    if found is None:
        raise NotFound("page-unknown", "There is no such page.")
    return found


def make(actor: Actor, draft: Draft, taken: Collection[str]) -> SitePage:
    """Add a page at the end of the footer; Invalid, by field, for what cannot be one, Conflict for one too many."""
    member_acts.check(actor)
    draft, html = _ready(draft, taken)
    page = _added(actor, draft, html)
    audit.note(actor, "page.made", f"/{page.slug}", page.title)
    return page


def _added(actor: Actor, draft: Draft, html: str, *, at_most: int | None = None) -> SitePage:
    """A new page at the end of the footer, or before its end at the place `at_most`."""
    administrators.one_at_a_time()
    count, last = db.session().execute(select(func.count(), func.max(SitePage.position)).select_from(SitePage)).one()
    if count >= MOST_PAGES:
        raise Conflict("too-many-pages", f"A site has at most {MOST_PAGES} pages of its own. Remove one first.")
    now, end = clock.now(), (last or 0) + 1
    page = SitePage(
        slug=draft.slug,
        title=draft.title,
        body=draft.body,
        html=html,
        position=end if at_most is None else min(at_most, end),
        version=1,
        created_at=now,
        updated_at=now,
        updated_by_id=actor.id,
    )
    db.session().add(page)
    _flush()
    return page


def change(actor: Actor, slug: str, draft: Draft, taken: Collection[str], *, seen_version: int) -> SitePage:
    """Give a page another text, title or address; Conflict when somebody saved it since it was seen."""
    member_acts.check(actor)
    draft, html = _ready(draft, taken)
    administrators.one_at_a_time()
    page = opened(actor, slug)
    if page.version != seen_version:
        sentence = (
            "Somebody saved this page while you were at it. What you typed is still here: compare it with the page, "
            "and save again to put yours in its place."
        )
        raise Conflict("page-changed", sentence)
    if (page.title, page.slug, page.body) == (draft.title, draft.slug, draft.body):
        return page
    former = page.slug
    page.title, page.slug, page.body, page.html = draft.title, draft.slug, draft.body, html
    page.version, page.updated_at, page.updated_by_id = page.version + 1, clock.now(), actor.id
    _flush()
    if former != page.slug:
        # Where two pages had the address one after the other, it leads to the one that had it last.
        db.session().merge(FormerSitePage(slug=former, page_id=page.id))
    audit.note(actor, "page.changed", f"/{page.slug}", f"was /{former}" if former != page.slug else "")
    db.session().flush()
    return page


def raise_up(actor: Actor, slug: str) -> SitePage:
    """Put a page one place further to the front of the footer; the first one stays."""
    member_acts.check(actor)
    administrators.one_at_a_time()
    pages = [page for page, _ in every()]
    at = next((number for number, page in enumerate(pages) if page.slug == slug), None)
    if at is None:
        raise NotFound("page-unknown", "There is no such page.")
    if at:
        pages[at - 1], pages[at] = pages[at], pages[at - 1]
        for position, page in enumerate(pages, 1):
            page.position = position
        audit.note(actor, "page.moved", f"/{slug}")
        db.session().flush()
        site.forget()
    return next(page for page in pages if page.slug == slug)


def remove(actor: Actor, slug: str) -> Removed:
    """Remove a page. Its text stays in the audit log's entry, from where `restore` takes it."""
    page = opened(actor, slug)
    entry = audit.note(actor, "page.removed", f"/{page.slug}", f"{page.title}\n\n{page.body}")
    db.session().delete(page)
    db.session().flush()
    site.forget()
    return Removed(entry.id, page.position)


def restore(actor: Actor, removed: Removed, taken: Collection[str]) -> SitePage:
    """Bring a removed page back to its place; NotFound where none was removed, Invalid where its address is in use."""
    member_acts.check(actor)
    entry = db.session().get(AuditEntry, removed.entry_id)
    if entry is None or entry.act != "page.removed":
        raise NotFound("page-unknown", "There is no such page.")
    title, _, body = entry.detail.partition("\n\n")
    draft, html = _ready(Draft(title, entry.subject.removeprefix("/"), body), taken)
    page = _added(actor, draft, html, at_most=removed.position)
    audit.note(actor, "page.restored", f"/{page.slug}", page.title)
    db.session().flush()
    return page


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page as an export wrote it: since when it is there, when it was changed last, and its former addresses."""

    draft: Draft
    created_at: datetime | None = None
    updated_at: datetime | None = None
    former: tuple[str, ...] = ()


def bring_in(actor: Actor, arrival: Arrival, taken: Collection[str]) -> SitePage:
    """Add a page that another site wrote, at the end of the footer. Raises like `make`.

    An address that a page has here already, or that is taken, does not become a former one.
    """
    page = make(actor, arrival.draft, taken)
    page.created_at, page.updated_at = arrival.created_at or page.created_at, arrival.updated_at or page.updated_at
    used = {*taken, *db.session().scalars(select(SitePage.slug).where(SitePage.slug.in_(arrival.former)))}
    for slug in arrival.former:
        if slug not in used and slug == text.slugify(slug, "") and len(slug) <= LONGEST_SLUG:
            db.session().merge(FormerSitePage(slug=slug, page_id=page.id))
    db.session().flush()
    return page


def _ready(draft: Draft, taken: Collection[str]) -> tuple[Draft, str]:
    """The page checked, and its HTML. Rendering comes before the first lock: a hostile text takes seconds."""
    draft = page_rules.checked(draft, taken)
    rendering.ahead(draft.body, None)
    return draft, rendering.of(draft.body, None).html


def _flush() -> None:
    try:
        db.session().flush()
    except IntegrityError as error:
        raise Invalid("page-taken", TAKEN, field="slug") from error
    site.forget()
