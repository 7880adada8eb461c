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


def rendered(member: User, *, refused: Mapping[str, Form] | None = None, link: str = "") -> str:
    """The page; `refused` replaces a form by the one that was refused, `link` is a new link to hand over."""
    state = member_queries.state_of(member)
    return render_template(
        "admin/member.html",
        member=member,
        forms={**_forms(member), **(refused or {})},
        link=link,
        state=state,
        ends_at=leaving.ends_at(member) if state is MemberState.LEAVING else None,
        is_self=member.id == context.current().actor.id,
        is_locked=member.locked_until is not None and member.locked_until > clock.now(),
        has_second_step=two_factor.is_on(member),
        posts=standing.posts_of(member.id),
        sessions=member_queries.sessions_of(member.id),
        waiting_link=invitations.open_for(member.id) if state is MemberState.UNCLAIMED else None,
        entries=audit.latest(subject=member_acts.subject_of(member)).items[:10],
        wording=wording,
    )


def _forms(member: User) -> dict[str, Form]:
    return {
        "plain": Form(formdata=None),
        "role": RoleChoice.of(member),
        "rename": Rename(formdata=None, username=member.username),
        "address": Address(formdata=None, email=member.email or ""),
        "suspend": Suspend(formdata=None),
        "profile": ProfileForm.of(member),
        "picture": PictureForm(formdata=None),
    }


def query_of(wanted: Wanted) -> str:
    """What the links of a list carry on, as a query string."""
    given = {"q": wanted.search, "role": wanted.role_id, "state": wanted.state}
    return urlencode({name: value for name, value in given.items() if value})
