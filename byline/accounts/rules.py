"""What an e-mail address, a username and a password must be. Pure decisions: no database, no request."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# A site may live inside a house, where `ada@office`, `ada@mail.local` and `ada@localhost` are addresses.
SPECIAL_USE_DOMAIN_NAMES.clear()
LONGEST_USERNAME = 64
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024
LEAST_SCORE = 2
"""Of zxcvbn's 0 to 4; below it a guesser needs fewer than a million tries."""

JUDGED_CHARACTERS = 24
"""How much of a password is judged: signs that stand for letters cost seconds in a longer one, which nobody guesses."""

_USERNAME = re.compile(r"[A-Za-z](?:[._-]?[A-Za-z0-9])*_?")
# What looks alike among the letters that are allowed (Unicode TR39). A capital I is shown as it was typed, like an l.
_LOOKS_LIKE = str.maketrans({"0": "o", "O": "o", "1": "l", "I": "l", "m": "rn", "M": "rn"})
_STANDS_FOR = str.maketrans({"1": "i", "l": "i", "0": "o", "3": "e", "4": "a", "5": "s", "m": "rn"})

RESERVED = frozenset(
    """
    about abuse accent access account accounts admin administration administrator administrators all anonymous api
    appeal appeals archive assets auth avatar beacon block blocked bookmarks byline comment comments conduct contact
    conversations counting decisions deleted digest drafts edit everybody everyone experiment experiments favicon
    feed followers following ftp healthz help host hostmaster invitations invite legal like likes list lists log
    login logout mail mailer mailerdaemon me media message messages metrics mod moderation moderator moderators mute
    muted new nobody none noreply notifications null official operator owner post posts postmaster preview privacy
    profile register report reports robots root rss rules search security self service settings shared signin signup
    site sitemap sites staff static status studio suggest superuser support sys sysadmin system tag tags terms
    undefined unfollow unsubscribe user username users webmaster write www you
    """.split()  # noqa: SIM905  (names read better as words than as a hundred quoted ones)
)
"""Names that would pass for the people who run the site, for the software, or for an address of the site."""


def username_key(username: str) -> str:
    """The form by which a username is looked up and unique."""
    return username.casefold()


def username_skeleton(username: str) -> str:
    """What a username looks like at a glance: two names with one skeleton cannot both exist."""
    return username.translate(_LOOKS_LIKE).casefold()


def wrong_with_username(username: str) -> str | None:
    """A sentence about what keeps this from being a username, or None."""
    if not username:
        return "Choose a username."
    if len(username) > LONGEST_USERNAME:
        return f"A username has at most {LONGEST_USERNAME} characters."
    if not _USERNAME.fullmatch(username):
        return (
            "A username begins with a letter and is made of the letters a to z, digits, and single dots, hyphens or "
            "underscores between them."
        )
    if is_reserved(username):
        return "This username is kept for the site itself. Choose another one."
    return None


def is_reserved(username: str) -> bool:
    """Whether a name is kept for the site, however it is dressed up: `Admin`, `ad.min`, `r00t`, `adrnln_`."""
    return _undressed(username) in _reserved()


def _undressed(name: str) -> str:
    return re.sub(r"[._-]", "", name.casefold()).translate(_STANDS_FOR)


@cache
def _reserved() -> frozenset[str]:
    return frozenset(map(_undressed, RESERVED))


def email_of(written: str) -> str | None:
    """The address as it is stored and compared (case-folded), or None when it is none."""
    if len(written) > 254:
        return None
    try:
        checked = validate_email(written.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    return checked.normalized.casefold()


def normal_password(written: str) -> str:
    """One form for one password, whichever keyboard composed its letters (NIST SP 800-63B, NFKC)."""
    return unicodedata.normalize("NFKC", written)


def wrong_with_password(written: str, *, username: str = "", email: str = "") -> str | None:
    """A sentence about what keeps this from being a good password of this member, or None."""
    password = normal_password(written)
    if len(password) < SHORTEST_PASSWORD:
        return f"A password has at least {SHORTEST_PASSWORD} characters. A few words in a row are easy to remember."
    if len(password) > LONGEST_PASSWORD:
        return f"A password has at most {LONGEST_PASSWORD} characters."
    if "\0" in password:
        return "This password holds a character that cannot be typed. Choose another one."
    if _speaks_of(password, username, email):
        return "This password holds your username or e-mail address, which is what others try first."
    if is_common(password):
        return "This password is among the first that are tried, because many people use it. Choose another one."
    return None


def _speaks_of(password: str, username: str, email: str) -> bool:
    known = password.casefold()
    parts = (username.casefold(), email.casefold(), email.casefold().partition("@")[0])
    return any(len(part) >= 4 and part in known for part in parts)


def is_common(password: str) -> bool:
    """Whether a password is on the list of those that leaked most often, or is as easy to guess as one of them."""
    plain = password.casefold()
    if plain in _leaked() or plain.strip("0123456789!?.*#_- ") in _leaked():
        return True
    from zxcvbn import zxcvbn  # Its word lists take a tenth of a second, which only choosing a password should cost.

    return int(zxcvbn(password[:JUDGED_CHARACTERS])["score"]) < LEAST_SCORE


@cache
def _leaked() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
