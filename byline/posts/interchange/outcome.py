"""What became of an import: counted as it goes, told at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from byline.posts.interchange.source import Refused


@dataclass(slots=True)
class Outcome:
    """The result of an import so far. `skipped` did not come in; `left` came in earlier and stays as it is here."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left: list[Refused] = field(default_factory=list)
    skipped: list[Refused] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    pages_unchanged: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    settings_left: list[str] = field(default_factory=list)
    """What of the site's settings came in, and what stays as it is here although the folder says something else."""
    links: int = 0
    redirects: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every file came in, now or earlier."""
        return not self.skipped

    def lines(self) -> list[str]:
        """The summary, one sentence a line."""
        told = [
            _counted(len(self.made), "post was made", "posts were made"),
            _counted(len(self.changed), "post was brought up to date", "posts were brought up to date"),
            _counted(len(self.unchanged), "post is as in the folder already", "posts are as in the folder already"),
            _counted(len(self.pages), "site page came in", "site pages came in"),
            _counted(
                len(self.pages_unchanged),
                "site page is as in the folder already",
                "site pages are as in the folder already",
            ),
            _named("Settings of the site that came in", self.settings),
            _named("Settings of the site that stay as they are here", self.settings_left),
            _counted(len(self.accounts), "unclaimed account was made", "unclaimed accounts were made"),
            _counted(len(self.pictures), "picture was taken in", "pictures were taken in"),
            _counted(
                self.links, "link between posts leads to this site now", "links between posts lead to this site now"
            ),
            _counted(self.redirects, "old address redirects to its post", "old addresses redirect to their posts"),
            _counted(len(self.left), "text was left as it is", "texts were left as they are"),
            _counted(len(self.skipped), "file was skipped", "files were skipped"),
        ]
        return [line for line in told if line]


def _named(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(names)}." if names else ""


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}." if count else ""
