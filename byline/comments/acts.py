"""What a reader may do with comments, and what stands beside each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flask import request
from markupsafe import Markup

from byline.comments import deeds, rules
from byline.comments.company import Company
from byline.comments.deeds import Beside
from byline.comments.remarks import Remark
from byline.kernel import clock
from byline.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the drawing of comments depends on besides the comments: who has the same sees the same."""

    apart: frozenset[int]
    muted: frozenset[int]
    own: frozenset[int]
    edit: frozenset[int]
    marked: tuple[frozenset[int], ...]
    """The comments to which the reader has done each deed."""
    may: tuple[bool, ...]
    """Whether they may do each."""
    moderate: bool
    reply: bool
    is_stranger: bool
    here: str
    """The page that buttons lead back to."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What the reader may do with each comment."""

    edit: frozenset[int] = frozenset()
    delete: frozenset[int] = frozenset()
    moderate: bool = False
    reply: bool = False
    beside: Mapping[int, Markup] = field(default_factory=dict)


def view(
    actor: Actor, author_ids: Collection[int], shown: Sequence[Remark], company: Company, *, may_reply: bool
) -> View:
    """How somebody sees these comments now: for half an hour their own may be changed."""
    own = _own(actor, shown)
    return View(
        apart=company.apart,
        muted=company.muted,
        own=frozenset(one.id for one in own),
        edit=_new(actor, own),
        marked=company.marked or tuple(frozenset[int]() for _ in deeds.table()),
        may=tuple(deed.may(actor) for deed in deeds.table()),
        moderate=rules.decides(actor, author_ids),
        reply=may_reply,
        is_stranger=not actor.is_authenticated,
        here=request.full_path.rstrip("?") if request.method == "GET" else request.path,
    )


def of(view: View, shown: Sequence[Remark]) -> Acts:
    """What whoever has this view may do with these comments."""
    beside = {one.id: _beside(view, one) for one in shown}
    return Acts(view.edit, view.own, view.moderate, view.reply, beside)


def of_waiting(actor: Actor, author_ids: Collection[int], waiting: Sequence[Remark]) -> Acts:
    """What somebody may do with comments that readers do not see."""
    own = _own(actor, waiting)
    delete = frozenset(one.id for one in own)
    return Acts(edit=_new(actor, own), delete=delete, moderate=rules.decides(actor, author_ids))


def _own(actor: Actor, remarks: Sequence[Remark]) -> list[Remark]:
    return [one for one in remarks if one.author is not None and one.author.id == actor.id]


def _new(actor: Actor, own: Sequence[Remark]) -> frozenset[int]:
    now = clock.now()
    return frozenset(one.id for one in own if rules.may_comment(actor) and rules.is_new(one, now))


def _beside(view: View, remark: Remark) -> Markup:
    back = f"{view.here}#comment-{remark.id}"
    return Markup("").join(
        deed.draw(remark, Beside(remark.id in marked, remark.id in view.own, may, view.is_stranger, back))
        for deed, marked, may in zip(deeds.table(), view.marked, view.may, strict=True)
    )
