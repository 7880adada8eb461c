"""What a line of a page loads of a person: enough for the name, the picture and the link, and nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstrumentedAttribute, load_only, raiseload

from byline.accounts.models import User

if TYPE_CHECKING:
    from sqlalchemy.orm.strategy_options import _AbstractLoad


def person(*more: InstrumentedAttribute[Any]) -> tuple[_AbstractLoad, ...]:
    """The options that load a member for a list, with `more` columns; asking for any other raises.

    They go on a select of members, or on the loader of a relationship that leads to one.
    """
    columns = (User.username, User.username_key, User.name, User.avatar_key, User.deletion_asked_at, *more)
    return load_only(*columns, raiseload=True), raiseload(User.role)
