"""Letters, written by the worker. Each job may run twice: what has been written is not written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, exists, func, select, update

from byline.accounts.models import User
from byline.kernel import bus, clock, db
from byline.kernel.settings import Settings
from byline.notifications import letters, lines, queries, rules
from byline.notifications.messages import (
    BeginRounds,
    WalkDigests,
    WalkRoundups,
    WriteDigest,
    WriteLetter,
    WriteRoundup,
)
from byline.notifications.models import Kind, MailChoice, MailRound, Notification, Pace
from byline.notifications.queries import Told
from byline.social.models import Follow

STEP = 200
"""Members whose letters one step of a round asks for."""
MOST_GATHERED = 500
WEEK = timedelta(days=7)


def write_letter(task: WriteLetter, _settings: Settings) -> None:
    """Write about one notification, if it still stands, is unread and its reader still wants mail at once.

    Whoever has had very many within the hour gets the rest in one letter a day.
    """
    line = db.session().get(Notification, task.notification_id, with_for_update=True)
    if line is None or line.mail != Pace.AT_ONCE:
        return
    member = db.session().get(User, line.user_id)
    told = _waiting(Notification.id == line.id)
    wanted = queries.choices_of(line.user_id)[Kind(line.kind)] is not Pace.NEVER
    if member is None or not told or not wanted or not letters.may_be_sent_to(member):
        line.mail = ""
    elif _written_lately(member.id) >= rules.MOST_AT_ONCE:
        line.mail = Pace.DAILY
    else:
        letters.one(member, lines.all_of(told)[0])
        _note_written([line.id])


def begin_rounds(_task: BeginRounds, _settings: Settings) -> None:
    """Begin the daily round, the weekly one and the digests where their moment has come since the last time.

    The first time nothing is begun, so that a site that is new or has just been brought up to date writes nobody of
    what is long past.
    """
    now = clock.now()
    daily, weekly = rules.last_daily(now), rules.last_weekly(now)
    for pace, until in ((Pace.DAILY, daily), (Pace.WEEKLY, weekly)):
        if _begins(pace, until):
            bus.enqueue(WalkRoundups(pace, until.isoformat()))
    if _begins("digest", weekly):
        bus.enqueue(WalkDigests(weekly.isoformat()))


def walk_roundups(task: WalkRoundups, _settings: Settings) -> None:
    """Ask for the letters of the next members for whom something waits, and for the step after them."""
    waits = (Notification.mail == task.pace, Notification.user_id > task.after_id)
    query = select(Notification.user_id).where(*waits, Notification.at <= datetime.fromisoformat(task.until))
    next_ones = db.session().scalars(query.distinct().order_by(Notification.user_id).limit(STEP)).all()
    for user_id in next_ones:
        bus.enqueue(WriteRoundup(user_id, task.pace, task.until))
    if len(next_ones) == STEP:
        bus.enqueue(WalkRoundups(task.pace, task.until, next_ones[-1]))


def write_roundup(task: WriteRoundup, _settings: Settings) -> None:
    """Write one letter of everything that waits for a member at this pace; nothing where nothing stands any more."""
    member = db.session().get(User, task.user_id)
    mine = (Notification.user_id == task.user_id, Notification.mail == task.pace)
    waiting = (*mine, Notification.at <= datetime.fromisoformat(task.until))
    told = _waiting(*waiting) if letters.may_be_sent_to(member) else []
    chosen = queries.choices_of(task.user_id)
    told = [one for one in told if chosen[Kind(one.line.kind)] is not Pace.NEVER]
    if member is not None and told:
        letters.several(member, Pace(task.pace), lines.all_of(told))
        _note_written([one.line.id for one in told])
    _settle(update(Notification).where(*waiting).values(mail=""))


def walk_digests(task: WalkDigests, _settings: Settings) -> None:
    """Ask for the digests of the next members who follow somebody, and for the step after them."""
    follows = exists().where(Follow.follower_id == User.id, Follow.listed_at.is_not(None))
    refused = exists().where(
        MailChoice.user_id == User.id, MailChoice.kind == Kind.POSTS, MailChoice.pace == Pace.NEVER
    )
    query = select(User.id).where(User.id > task.after_id, follows, ~refused).order_by(User.id).limit(STEP)
    next_ones = db.session().scalars(query).all()
    for user_id in next_ones:
        bus.enqueue(WriteDigest(user_id, task.until))
    if len(next_ones) == STEP:
        bus.enqueue(WalkDigests(task.until, next_ones[-1]))


def write_digest(task: WriteDigest, _settings: Settings) -> None:
    """Write one member's digest of the week before a moment, if they still want it and there is something to read."""
    member = db.session().get(User, task.user_id)
    wanted = queries.choices_of(task.user_id)[Kind.POSTS] is not Pace.NEVER
    if member is not None and wanted and letters.may_be_sent_to(member):
        until = datetime.fromisoformat(task.until)
        letters.digest(member, until - WEEK, until)


def _begins(name: str, until: datetime) -> bool:
    """Note that a round is begun up to this moment; answer whether it is so only now, and not for the first time."""
    known = db.session().get(MailRound, name, with_for_update=True)
    if known is None:
        first = db.insert_into(MailRound).values(name=name, until=until)
        db.session().execute(first.on_conflict_do_nothing())
        return False
    is_new = known.until < until
    known.until = max(known.until, until)
    return is_new


def _waiting(*which: ColumnElement[bool]) -> Sequence[Told]:
    """Lines that stand and that nobody has read, the last news first."""
    query = queries.whole().where(*which, queries.standing(), queries.unread())
    rows = db.session().execute(query.order_by(Notification.at.desc(), Notification.id.desc()).limit(MOST_GATHERED))
    return [Told(*row) for row in rows]


def _written_lately(user_id: int) -> int:
    since = clock.now() - rules.MOST_AT_ONCE_WITHIN
    mine = select(func.count()).where(Notification.user_id == user_id, Notification.written_at > since)
    return db.session().scalar(mine.where(Notification.at > since)) or 0


def _note_written(line_ids: Iterable[int]) -> None:
    _settle(update(Notification).where(Notification.id.in_(list(line_ids))).values(mail="", written_at=clock.now()))


def _settle(changed: Update) -> None:
    db.session().execute(changed, execution_options={"synchronize_session": False})
