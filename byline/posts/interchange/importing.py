"""Bringing a plan in: one transaction for the accounts, then one per post, so that an interruption costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from byline.kernel import bus, clock, images
from byline.kernel.access import SYSTEM
from byline.kernel.errors import DomainError, Invalid
from byline.kernel.images import Picture
from byline.kernel.storage import Storage
from byline.posts import media, rules, service
from byline.posts.content import Content
from byline.posts.interchange import comparing, planning, profiles, settling
from byline.posts.interchange.beside import FolderBroughtIn
from byline.posts.interchange.folder import Folder
from byline.posts.interchange.outcome import Outcome
from byline.posts.interchange.planning import Plan, Planned
from byline.posts.interchange.settling import Wishes
from byline.posts.interchange.source import Refused
from byline.posts.service import Arrival

LARGEST_PICTURE_BYTES = 40 * 1024 * 1024
CLOCKS_DIFFER = timedelta(days=1)
UnitOfWork = Callable[[], AbstractContextManager[Any]]
Step = Callable[[Planned], None]


@dataclass(frozen=True, slots=True)
class Importer:
    """Brings folders into one site. `unit_of_work` opens a transaction, `step` hears of each post that is done."""

    unit_of_work: UnitOfWork
    storage: Storage
    overwrite: bool = False

    def prepare(self, folder: Folder, wishes: Wishes) -> Plan:
        """Read the folder and settle who is who; makes the accounts that are missing, and nothing else."""
        sources, refused = planning.sources_in(folder, wishes)
        described = profiles.read(folder)
        with self.unit_of_work():
            made = profiles.settle(described, self.storage)
            settled = settling.settle(sources, wishes, made)
        # Outside, because working out the links takes seconds, in which SQLite's one write lock would be held.
        return planning.plan(folder, sources, refused, settled, wishes)

    def bring_beside(self, folder: Folder, outcome: Outcome) -> None:
        """Bring in what else the folder has of a site, such as its own pages, once its authors and posts are in."""
        with self.unit_of_work():
            bus.publish(FolderBroughtIn(folder, self.storage, outcome, self.overwrite))

    def carry_out(self, plan: Plan, step: Step = lambda _: None) -> Outcome:
        """Bring in what the plan says. Safe to repeat and to interrupt: what is in already is not touched again."""
        outcome = Outcome(skipped=list(plan.refused), accounts=list(plan.accounts))
        for planned in plan.posts:
            self._bring(planned, outcome)
            step(planned)
        return outcome

    def _bring(self, planned: Planned, outcome: Outcome) -> None:
        standing, place = planned.standing, planned.source.place
        if standing is not None and standing.digest == planned.digest:
            outcome.unchanged.append(place)
            return
        if standing is not None and standing.is_in_bin:
            outcome.left.append(Refused(place, "It was put into the bin here."))
            return
        pictures, notes = _opened(planned)
        try:
            with self.unit_of_work():
                happened = self._settle(planned, pictures)
        except DomainError as refusal:
            outcome.skipped.append(Refused(place, refusal.message))
            return
        _tell(outcome, planned, happened, notes)
        if happened in ("made", "changed"):
            outcome.pictures.update(pictures)

    def _settle(self, planned: Planned, pictures: dict[str, Picture]) -> str:
        arrival = _arrival(planned, _kept(planned, pictures, self.storage))
        _check_moments(arrival)
        standing = planned.standing
        if standing is None:
            service.bring_in(SYSTEM, arrival)
            return "made"
        if comparing.is_as(standing.id, arrival):
            return "unchanged"
        if standing.is_edited and not self.overwrite:
            return "left"
        service.bring_in(SYSTEM, arrival, post_id=standing.id)
        return "changed"


def _check_moments(arrival: Arrival) -> None:
    """Refuse what would stand at the top of every list for years."""
    now = clock.now()
    if arrival.publish_at is not None:
        rules.check_schedule(arrival.publish_at, now)
    if arrival.published_at is not None and arrival.published_at > now + CLOCKS_DIFFER:
        raise Invalid("published-in-future", f"It says that it was published on {arrival.published_at:%d %B %Y}.")


def _opened(planned: Planned) -> tuple[dict[str, Picture], list[str]]:
    """The pictures of a post, made anew before a transaction is open, because that takes its time."""
    pictures, notes = {}, []
    for token, path in planned.pictures.items():
        try:
            pictures[token] = images.open_upload(
                path.read_bytes(), limit_bytes=LARGEST_PICTURE_BYTES, drop_scripts=True
            )
        except DomainError as refusal:
            notes.append(f"{planned.written[token]}: {refusal.message} It was left out.")
        except OSError as failure:
            notes.append(f"{planned.written[token]}: it cannot be read ({failure.strerror}). It was left out.")
    return pictures, notes


def _kept(planned: Planned, pictures: dict[str, Picture], storage: Storage) -> dict[str, str]:
    owner = planned.standing.author_ids[0] if planned.standing else planned.authors[0].id
    return {token: media.keep(SYSTEM, picture, storage, owner_id=owner).key for token, picture in pictures.items()}


def _arrival(planned: Planned, keys: dict[str, str]) -> Arrival:
    source = planned.source
    written_at = min(source.written_at or planning.EARLIEST, clock.now())
    owner, *others = (person.id for person in planned.authors)
    return Arrival(
        content=_with_pictures(planned, keys),
        owner_id=owner,
        co_author_ids=tuple(others),
        state=source.state,
        created_at=written_at,
        updated_at=min(source.changed_at or source.published_at or written_at, clock.now()),
        published_at=source.published_at or (written_at if source.state in rules.OPEN_STATES else None),
        publish_at=source.publish_at,
        old_slugs=planned.old_slugs,
        paths=planned.paths,
        source_path=planned.origin,
        source_digest=planned.digest,
        front_matter=source.rest or None,
    )


def _with_pictures(planned: Planned, keys: dict[str, str]) -> Content:
    body, cover = planned.content.body, planned.content.cover
    for token in planned.pictures:
        address = media.address(keys[token]) if token in keys else planned.written[token]
        body = body.replace(token, address)
    return replace(planned.content, body=body, cover=keys.get(cover) if cover else cover)


def _tell(outcome: Outcome, planned: Planned, happened: str, notes: list[str]) -> None:
    place = planned.source.place
    if happened == "left":
        sentence = "It was changed on this site since the import; --overwrite takes the folder's text."
        outcome.left.append(Refused(place, sentence))
        return
    getattr(outcome, happened).append(place)
    if happened == "unchanged":
        return
    outcome.links += planned.links
    outcome.redirects += len(planned.paths)
    outcome.notes += [(place, note) for note in (*planned.notes, *notes)]
