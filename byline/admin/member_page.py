"""One member's page, and the query of the list they are found in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import render_template

from byline.accounts import audit, invitations, leaving, member_acts, member_queries, two_factor
from byline.accounts.member_queries import MemberState, Wanted
from byline.accounts.models import User
from byline.accounts.profile_forms import PictureForm, ProfileForm
from byline.admin import standing, wording
from byline.admin.forms import Address, Rename, RoleChoice, Suspend
from byline.kernel import clock
from byline.web import context
from byline.web.forms import Form


def rendered(user: User, *, refused: Mapping[str, Form] | None = None, link: str = "") -> str:
    """The page; `refused` replaces a form by the one that was refused, `link` is a new link to hand over."""
    state = member_queries.state_of(user)
    return render_template(
        "admin/member.html",
        member=user,
        forms={**_forms(user), **(refused or {})},
        link=link,
        state=state,
        ends_at=leaving.ends_at(user) if state is MemberState.LEAVING else None,
        is_self=user.id == context.current().actor.id,
        is_locked=user.locked_until is not None and user.locked_until > clock.now(),
        has_second_step=two_factor.is_on(user),
        posts=standing.posts_of(user.id),
        sessions=member_queries.sessions_of(user.id),
        waiting_link=invitations.open_for(user.id) if state is MemberState.UNCLAIMED else None,
        entries=audit.latest(subject=member_acts.subject_of(user)).items[:10],
        wording=wording,
    )


def _forms(user: User) -> dict[str, Form]:
    return {
        "plain": Form(formdata=None),
        "role": RoleChoice.of(user),
        "rename": Rename(formdata=None, username=user.username),
        "address": Address(formdata=None, email=user.email or ""),
        "suspend": Suspend(formdata=None),
        "profile": ProfileForm.of(user),
        "picture": PictureForm(formdata=None),
    }


def query_of(wanted: Wanted) -> str:
    """What the links of a list carry on, as a query string."""
    given = {"q": wanted.search, "role": wanted.role_id, "state": wanted.state}
    return urlencode({name: value for name, value in given.items() if value})


def number(typed: str) -> int | None:
    """A row's number out of a query string; None for what cannot be one."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None
