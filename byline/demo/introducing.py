"""The demo's pages of its own: who it is, and what its members expect of one another."""

from __future__ import annotations

from sqlalchemy import exists, select

from byline.accounts.models import User
from byline.admin import page_acts
from byline.admin.page_rules import STARTERS, Draft
from byline.kernel import db, site
from byline.kernel.site_rows import SitePage

ABOUT = """A dozen people write here: about bread and boats, stars and sentences, and the long way a bug travels.

None of them exists. This is a demo of Byline, filled so that you can walk around in it: follow somebody,
answer somebody, look into the drawers of the administration. Nothing you do here reaches anybody.

## How to make it yours

Start the site again with another data folder, open the link it prints, and you are the first administrator.
"""


def settle(administrator: User) -> None:
    """Write the pages; nothing where the site has pages already."""
    if db.session().scalar(select(exists().where(SitePage.id.is_not(None)))):
        return
    conduct = STARTERS[site.CODE_OF_CONDUCT]
    page_acts.make(administrator.actor, Draft("About", "about", ABOUT), ())
    page_acts.make(administrator.actor, Draft(conduct.title, site.CODE_OF_CONDUCT, conduct.body), ())
