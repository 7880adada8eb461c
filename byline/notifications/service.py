"""The one door for what members are told, for what they have read, and for which mail they want."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, case, tuple_, update

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.access import Actor
from byline.kernel.errors import Invalid, NotAuthenticated
from byline.notifications import queries, rules
from byline.notifications.messages import WriteLetter
from byline.notifications.models import Kind, Liker, MailChoice, Notification, Pace
from byline.web.paging import Key


@dataclass(frozen=True, slots=True)
class News:
    """Something members are told. `topic` names the thing, so that nobody is told of it twice."""

    kind: Kind
    topic: str
    actor_id: int | None = None
    post_id: int | None = None
    comment_id: int | None = None
    message_id: int | None = None
    decision_id: int | None = None
    act: str = ""
    reason: str = ""

    def columns(self) -> dict[str, Any]:
        """The news as columns of its line."""
        return {name: getattr(self, name) for name in self.__slots__}


def tell(member_ids: Iterable[int], news: News) -> None:
    """Tell members of something once: whoever has heard of the thing before hears nothing.

    Nobody hears of their own acts, nor of those of somebody they blocked or muted, or who blocked them.
    """
    rows = _rows(member_ids, news)
    if not rows:
        return
    told = db.insert_into(Notification).values(rows).on_conflict_do_nothing(index_elements=["user_id", "topic"])
    _write_at_once(told.returning(Notification.id, Notification.mail))


def tell_anew(member_ids: Iterable[int], news: News, *, by: int | None = None) -> None:
    """Tell members how something stands now: the line they have of it moves up and is unread again.

    `by` is who did it where the line itself does not say. While a line is unread of which a letter was written, no
    second letter goes out; a decision has one each time.
    """
    rows = _rows(member_ids, news, by=by)
    if not rows:
        return
    fresh = db.insert_into(Notification).values(rows)
    changed = {name: fresh.excluded[name] for name in (*news.columns(), "at")}
    mail = fresh.excluded.mail if news.kind is Kind.DECISION else _mail_unless_written(fresh.excluded.mail)
    told = fresh.on_conflict_do_update(
        index_elements=["user_id", "topic"], set_={**changed, "read_at": None, "mail": mail}
    )
    _write_at_once(told.returning(Notification.id, Notification.mail))


def tell_of_like(member_ids: Iterable[int], member_id: int, news: News) -> None:
    """Tell members that somebody likes something of theirs: one line for all who do, unread again for each new one.

    Somebody who took a like back and gives it once more is nobody new.
    """
    paces = queries.paces_of_those_told(member_ids, news.kind, actor_id=member_id)
    if not paces:
        return
    now = clock.now()
    rows = [{**news.columns(), "user_id": user_id, "at": now, "mail": ""} for user_id in paces]
    line = db.insert_into(Notification).values(rows).on_conflict_do_nothing(index_elements=["user_id", "topic"])
    db.session().execute(line)
    for line_id, user_id in queries.lines_of_topic(paces, news.topic):
        added = db.insert_into(Liker).values(notification_id=line_id, member_id=member_id, at=now)
        if db.session().execute(added.on_conflict_do_nothing().returning(Liker.member_id)).first():
            _renew(line_id, now, paces[user_id])


def _renew(line_id: int, now: datetime, pace: Pace) -> None:
    mail = _mail_unless_written(_waiting(pace))
    changed = update(Notification).where(Notification.id == line_id).values(at=now, read_at=None, mail=mail)
    _write_at_once(changed.returning(Notification.id, Notification.mail))


def _rows(member_ids: Iterable[int], news: News, *, by: int | None = None) -> list[dict[str, Any]]:
    paces = queries.paces_of_those_told(member_ids, news.kind, actor_id=by or news.actor_id)
    columns, now = news.columns(), clock.now()
    return [{**columns, "user_id": user_id, "at": now, "mail": _waiting(pace)} for user_id, pace in paces.items()]


def _waiting(pace: Pace) -> str:
    return "" if pace is Pace.NEVER else pace.value


def _mail_unless_written(mail: Any) -> Any:
    was_written = and_(Notification.read_at.is_(None), Notification.written_at.is_not(None))
    return case((was_written, Notification.mail), else_=mail)


def _write_at_once(told: Any) -> None:
    """Store lines; have the worker write about those whose readers want mail at once."""
    for line_id, mail in db.session().execute(told, execution_options={"synchronize_session": False}).all():
        if mail == Pace.AT_ONCE:
            bus.enqueue(WriteLetter(line_id))


def mark_read(actor: Actor, until: Key) -> int:
    """Count every line up to the one with this key as read; answer how many were not. No mail goes out about them."""
    mine = (Notification.user_id == _someone(actor), Notification.read_at.is_(None))
    shown = tuple_(Notification.at, Notification.id) <= until
    read = update(Notification).where(*mine, shown).values(read_at=clock.now(), mail="")
    done = db.session().execute(read, execution_options={"synchronize_session": False})
    return int(cast(CursorResult[Any], done).rowcount)


def choose(actor: Actor, chosen: Mapping[Kind, str]) -> None:
    """Take over how often the actor wants mail of each kind. Invalid, by kind, for a pace that the kind has not."""
    wrong = {kind.value: "Choose one of these." for kind, pace in chosen.items() if pace not in rules.paces(kind)}
    if wrong:
        raise Invalid.of(wrong, "no-such-pace")
    _keep(_someone(actor), {kind: Pace(pace) for kind, pace in chosen.items()})


def stop(member: User, scope: str) -> None:
    """Write to the member no more of what `scope` names, as whoever holds a letter to them may ask.

    A kind, or `daily` or `weekly` for every kind that comes at that pace. Twice does no harm.
    """
    stopped = rules.kinds_of(scope, queries.choices_of(member.id))
    _keep(member.id, dict.fromkeys(stopped, Pace.NEVER))
    waiting = update(Notification).where(Notification.user_id == member.id, Notification.mail != "")
    concerned = Notification.kind.in_(stopped) | (Notification.mail == scope)
    settled = waiting.where(concerned).values(mail="")
    db.session().execute(settled, execution_options={"synchronize_session": False})


def _keep(user_id: int, chosen: Mapping[Kind, Pace]) -> None:
    if not chosen:
        return
    rows = [{"user_id": user_id, "kind": kind.value, "pace": pace.value} for kind, pace in chosen.items()]
    kept = db.insert_into(MailChoice).values(rows)
    again = kept.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"pace": kept.excluded.pace})
    db.session().execute(again)


def _someone(actor: Actor) -> int:
    if actor.id is None:
        raise NotAuthenticated("log-in-first", "Log in to see this page.")
    return actor.id
