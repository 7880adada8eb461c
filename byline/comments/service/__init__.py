"""The one door for every change of a comment: form, API, job and moderator all come through here.

Each function checks permission, block, closed thread and hold, writes, flushes and speaks up; none commits.
"""

from byline.comments.service.deciding import approve, hide, hide_all_of, hold, hold_unread, restore, restore_many
from byline.comments.service.removal import delete
from byline.comments.service.threads import close, reopen
from byline.comments.service.writing import edit, write

__all__ = [
    "approve",
    "close",
    "delete",
    "edit",
    "hide",
    "hide_all_of",
    "hold",
    "hold_unread",
    "reopen",
    "restore",
    "restore_many",
    "write",
]
