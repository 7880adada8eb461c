"""What becomes of a member's sites when they leave: hidden at once, back when they stay, gone with them at last."""

from __future__ import annotations

from byline.accounts.leaving_messages import MemberDeleted, MemberLeft, MemberStayed
from byline.analytics.sites import service


def hide(event: MemberLeft) -> None:
    """Hide their sites, and collect nothing for them."""
    service.hide_all_of(event.user_id)


def show(event: MemberStayed) -> None:
    """Show them again."""
    service.show_all_of(event.user_id)


def let_go(event: MemberDeleted) -> None:
    """Delete the sites with what was collected for them. Who wants one to stay gives it away before."""
    service.let_go_all_of(event.user_id)
