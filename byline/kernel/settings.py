"""Settings: declared once, read once from the environment, refused with a sentence when wrong."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

PREFIX = "BYLINE_"


class WrongSetting(ValueError):
    """A setting has a value Byline cannot start with; the text is a sentence for the operator."""


class Registration(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


def _folder(raw: str) -> Path:
    return Path(raw).expanduser().absolute()


def _file(raw: str) -> Path | None:
    return Path(raw).expanduser().absolute() if raw else None


def _yes_or_no(raw: str) -> bool:
    try:
        return {"yes": True, "no": False}[raw]
    except KeyError:
        raise ValueError("is yes or no") from None


def _web_address(raw: str) -> str:
    try:
        parts = urlsplit(raw)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not re.fullmatch(r"https?://[^\s/?#@]+/?", raw):
        raise ValueError("is an address such as https://example.org, without a path")
    return raw.rstrip("/")


def _database_address(raw: str) -> str:
    if raw.startswith("postgres://"):
        raw = "postgresql://" + raw.removeprefix("postgres://")
    if raw.startswith("postgresql://"):
        raw = "postgresql+psycopg://" + raw.removeprefix("postgresql://")
    if raw and not raw.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ValueError("is postgresql://user:password@host/name or sqlite:////absolute/path.db")
    return raw


def _mail_address(raw: str) -> str:
    if raw and urlsplit(raw).scheme not in ("smtp", "smtps"):
        raise ValueError(
            "is smtp://user:password@host:587 (STARTTLS where offered) or smtps://…:465 (TLS from the start)"
        )
    return raw


def _redis_address(raw: str) -> str:
    if raw and urlsplit(raw).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("is redis://host:6379/0")
    return raw


def _email(raw: str) -> str:
    if raw and ("@" not in raw or any(letter.isspace() for letter in raw)):
        raise ValueError("is an e-mail address")
    return raw.strip().casefold()


def _count(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(raw: str) -> int:
        if not raw.isdecimal() or not lowest <= int(raw) <= highest:
            raise ValueError(f"is a whole number from {lowest} to {highest}")
        return int(raw)

    return parse


def _registration(raw: str) -> Registration:
    try:
        return Registration(raw)
    except ValueError:
        raise ValueError("is open, invite or closed") from None


def _key(raw: str) -> str:
    if raw and len(raw) < 32:
        raise ValueError("has at least 32 characters; leave it out and Byline makes one")
    return raw


def _keys(raw: str) -> tuple[str, ...]:
    found = tuple(key.strip() for key in raw.split(",") if key.strip())
    if any(len(key) < 32 for key in found):
        raise ValueError("is a list of keys of at least 32 characters, oldest first, with commas between them")
    return found


def _one_line(raw: str) -> str:
    if any(ord(letter) < 32 for letter in raw):
        raise ValueError("is one line of text")
    return raw.strip()


def _declare(default: str, parse: Callable[[str], Any], help_text: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"parse": parse, "help": help_text, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator may set, typed. `BYLINE_` plus the upper-case name is the environment variable."""

    data: Path = _declare("var", _folder, "Folder for the database, pictures, outgoing mail and the secret key.")
    url: str = _declare("http://127.0.0.1:8000", _web_address, "Public address of the site, used in links and mail.")
    name: str = _declare("Byline", _one_line, "Name of the site.")
    tagline: str = _declare("Writers and their readers", _one_line, "One line below the name.")
    database_url: str = _declare("", _database_address, "PostgreSQL address; empty means SQLite in DATA.", secret=True)
    analytics_url: str = _declare(
        "", _database_address, "Database of the analytics; empty means beside the site's own.", secret=True
    )
    secret_key: str = _declare("", _key, "Signs cookies and links; empty means one made on first start.", secret=True)
    former_secret_keys: tuple[str, ...] = _declare(
        "", _keys, "Keys used before SECRET_KEY, oldest first, still read; empty for none.", secret=True
    )
    mail_url: str = _declare("", _mail_address, "SMTP server; empty keeps mail in DATA/outbox.", secret=True)
    mail_from: str = _declare("", _one_line, "Sender of mail; empty means byline@ the host of URL.")
    admin_email: str = _declare("", _email, "Becomes administrator once confirmed, and is told of new members.")
    registration: Registration = _declare("open", _registration, "Who may register: open, invite or closed.")
    trusted_proxies: int = _declare("0", _count(0, 10), "Number of reverse proxies in front that set X-Forwarded-For.")
    redis_url: str = _declare("", _redis_address, "Redis for rate limits shared by several machines.", secret=True)
    spool_limit_mb: int = _declare(
        "1024", _count(1, 1_000_000), "Megabytes of hits that may wait to be counted, before visits are turned away."
    )
    country_file: Path | None = _declare(
        "", _file, "File in MaxMind's format that tells countries; empty for what the registries of addresses publish."
    )
    measures_itself: bool = _declare("yes", _yes_or_no, "Whether this site's own pages count their readers: yes or no.")
    workers: int = _declare("1", _count(1, 64), "Web processes of `byline serve`.")

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **overrides: str) -> Settings:
        """Read and check every setting; raises WrongSetting with one sentence per wrong value. No I/O."""
        given = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for item in fields(cls):
            variable = PREFIX + item.name.upper()
            raw = overrides.get(item.name) or given.get(variable) or str(item.default)
            try:
                values[item.name] = item.metadata["parse"](raw)
            except ValueError as reason:
                shown = "(hidden)" if item.metadata["secret"] else repr(raw)
                wrong.append(f"{variable} {reason}; it is {shown}.")
        known = {PREFIX + item.name.upper() for item in fields(cls)}
        wrong += [f"{name} is not a setting of Byline." for name in sorted(given) if _unknown(name, known)]
        if wrong:
            raise WrongSetting("\n".join(wrong))
        return cls(**values)

    @property
    def database_address(self) -> str:
        """The database's SQLAlchemy address."""
        return self.database_url or f"sqlite:///{quote(str(self.data / 'byline.db'))}"

    @property
    def analytics_address(self) -> str:
        """The SQLAlchemy address of the store: a file beside the site's, or a schema of the site's PostgreSQL."""
        if self.analytics_url or not self.database_address.startswith("sqlite:///"):
            return self.analytics_url or self.database_address
        folder, slash, _name = self.database_address.removeprefix("sqlite:///").rpartition("/")
        return f"sqlite:///{folder}{slash}analytics.db"

    @property
    def spool_folder(self) -> Path:
        """Where hits wait until they are stored."""
        return self.data / "spool"

    @property
    def media_folder(self) -> Path:
        """Where pictures lie."""
        return self.data / "media"

    @property
    def outbox_folder(self) -> Path:
        """Where mail is kept while no server is set."""
        return self.data / "outbox"

    @property
    def is_secure(self) -> bool:
        """Whether the site is reached by TLS, so that cookies may insist on it."""
        return self.url.startswith("https://")

    def described(self) -> list[tuple[str, str, str]]:
        """Variable, value with secrets masked, and help of every setting, in order."""
        rows = []
        for item in fields(self):
            value = getattr(self, item.name)
            shown = "••••••" if item.metadata["secret"] and value else str(value)
            rows.append((PREFIX + item.name.upper(), shown, item.metadata["help"]))
        return rows


def _unknown(name: str, known: set[str]) -> bool:
    return name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_")


def data_folder(settings: Settings) -> Path:
    """DATA, made where it is missing: for its owner alone, as addresses and hashes of passwords lie in it.

    Raises WrongSetting where no folder can be.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(settings, error) from error
    return settings.data


def _unusable(settings: Settings, error: OSError) -> WrongSetting:
    return WrongSetting(f"The data folder {settings.data} cannot be used: {error.strerror}.")


def secret_key(settings: Settings) -> str:
    """The signing key: as set, or read from DATA, or made there now, readable by its owner alone.

    Two processes that start together agree: the file is made exclusively, and the loser reads the winner's.
    """
    if settings.secret_key:
        return settings.secret_key
    try:
        path = data_folder(settings) / "secret_key"
        _make_key(path)
        key = path.read_text().strip()
    except OSError as error:
        raise _unusable(settings, error) from error
    if len(key) < 32:
        raise WrongSetting(f"{path} is damaged: it holds no key. Restore it, or remove it to log everybody out.")
    return key


def _make_key(path: Path) -> None:
    fresh = path.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
