"""The one door for every change of a post: form, API, command line, job and import all come through here.

Each function checks the rule, writes, flushes and speaks up; none commits.
"""

from byline.posts.service.addresses import change_slug, lead_here
from byline.posts.service.composing import relist
from byline.posts.service.drafts import begin, create, save
from byline.posts.service.hiding import hide, unhide
from byline.posts.service.holding import approve, hold, hold_unread
from byline.posts.service.importing import Arrival, bring_in
from byline.posts.service.publishing import back_to_draft, bring_to, publish, publish_due, unlist, withdraw
from byline.posts.service.removal import bring_back, delete, delete_for_good, empty_bin
from byline.posts.service.revisions import restore
from byline.posts.service.working_copies import Autosaved, Typed, autosave, discard

__all__ = [
    "Arrival",
    "Autosaved",
    "Typed",
    "approve",
    "autosave",
    "back_to_draft",
    "begin",
    "bring_back",
    "bring_in",
    "bring_to",
    "change_slug",
    "create",
    "delete",
    "delete_for_good",
    "discard",
    "empty_bin",
    "hide",
    "hold",
    "hold_unread",
    "lead_here",
    "publish",
    "publish_due",
    "relist",
    "restore",
    "save",
    "unhide",
    "unlist",
    "withdraw",
]
