"""What every number and every list on a dashboard means, in the words that its readers see.

The sentences are the only definitions: pages, help texts and the manual take them from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

BOUNCE_SECONDS = 10
VISIT_MINUTES = 30
CURRENT_MINUTES = 5


class Unit(StrEnum):
    """What a number counts; percent run from 0 to 100."""

    NUMBER = "number"
    RATIO = "ratio"
    PERCENT = "percent"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that is counted or averaged."""

    name: str
    """As in the URL, in `data-metric` and in exports."""
    label: str
    unit: Unit
    definition: str
    falling_is_good: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something by which numbers are told apart and filtered."""

    name: str
    """As in the URL and in `data-dimension`; what the store calls it, in small letters."""
    label: str
    plural: str
    definition: str
    unknown: str = "Unknown"
    """How the row is called for which nothing is known."""


def _by_name(*metrics: Metric) -> Mapping[str, Metric]:
    return {metric.name: metric for metric in metrics}


def _dimensions(*dimensions: Dimension) -> Mapping[str, Dimension]:
    return {dimension.name: dimension for dimension in dimensions}


METRICS: Mapping[str, Metric] = _by_name(
    Metric(
        "visitors",
        "Visitors",
        Unit.NUMBER,
        "How many different visitors there were each day, added up over the days. Nobody can be recognised from one "
        "day to the next, so somebody who comes on two days counts twice.",
    ),
    Metric(
        "visits",
        "Visits",
        Unit.NUMBER,
        f"A visit is what one visitor does with at most {VISIT_MINUTES} minutes between one thing and the next, also "
        "past midnight. It belongs to the day on which it began, and its source, country, device and entry page are "
        "those of its first moment.",
    ),
    Metric(
        "pageviews",
        "Pageviews",
        Unit.NUMBER,
        "How often a page was opened. Bots, pages loaded in advance and browsers that ask not to be counted are left "
        "out.",
    ),
    Metric("views_per_visit", "Views per visit", Unit.RATIO, "Pageviews divided by visits."),
    Metric(
        "bounce_rate",
        "Bounce rate",
        Unit.PERCENT,
        f"The share of visits with a single pageview, under {BOUNCE_SECONDS} seconds of engaged time and nothing else "
        "done. Of a page it is the share among visits that began there.",
        falling_is_good=True,
    ),
    Metric(
        "visit_duration",
        "Visit duration",
        Unit.SECONDS,
        "The average time from the first moment of a visit to the last sign of its visitor, which may be the end of "
        "reading a single page. Visits of no length count as zero. Of a page it is that of visits that began there.",
    ),
    Metric(
        "engaged_time",
        "Engaged time",
        Unit.SECONDS,
        "The average time of a visit during which the page was visible and had the focus. Of a page it is the time "
        "spent on that page by each visit that saw it.",
    ),
    Metric(
        "scroll_depth",
        "Scroll depth",
        Unit.PERCENT,
        "How far down a page was seen, on average over the pageviews for which that is known. A page that fits the "
        "window is 100.",
    ),
    Metric(
        "events",
        "Events",
        Unit.NUMBER,
        "How often something happened that is no pageview: what the site gave a name, such as a sign-up, a link "
        "elsewhere that was followed, a download, a page that was missing.",
    ),
    Metric(
        "entries",
        "Entries",
        Unit.NUMBER,
        "How many visits began with this page.",
    ),
    Metric(
        "exits",
        "Exits",
        Unit.NUMBER,
        "How many visits ended with this page.",
    ),
    Metric(
        "exit_rate",
        "Exit rate",
        Unit.PERCENT,
        "Exits from a page divided by its pageviews.",
    ),
    Metric(
        "share",
        "Share",
        Unit.PERCENT,
        "The visitors of one row divided by all visitors under the same filters. Rows may add up to more than 100, as "
        "a visitor sees several pages.",
    ),
    Metric(
        "current_visitors",
        "Current visitors",
        Unit.NUMBER,
        f"How many different visitors did something in the last {CURRENT_MINUTES} minutes, whatever the filters.",
    ),
    Metric(
        "conversions",
        "Conversions",
        Unit.NUMBER,
        "How many different visitors reached a goal each day, added up over the days.",
    ),
    Metric(
        "completions",
        "Completions",
        Unit.NUMBER,
        "How often a goal was reached; one visitor may reach it several times.",
    ),
    Metric(
        "conversion_rate",
        "Conversion rate",
        Unit.PERCENT,
        "Conversions divided by visitors, both under the same filters.",
    ),
    Metric(
        "reads",
        "Reads",
        Unit.NUMBER,
        "Pageviews of a post that were engaged for at least 60 percent of its estimated reading time, or scrolled past "
        "75 percent of it.",
    ),
    Metric("read_ratio", "Read ratio", Unit.PERCENT, "Reads divided by the pageviews of the post."),
    Metric(
        "comments",
        "Comments",
        Unit.NUMBER,
        "How many comments below the post appeared in these days and are still to be seen.",
    ),
    Metric("likes", "Likes", Unit.NUMBER, "How many members liked the post in these days and still do."),
    Metric(
        "followers",
        "New followers",
        Unit.NUMBER,
        "How many members began to follow the post's authors in these days and still do, through whatever post: nobody "
        "can tell which one made them follow.",
    ),
    Metric(
        "return_rate",
        "Came back",
        Unit.PERCENT,
        "The share of visitors who began another visit on the same day. Whether somebody comes back on another day "
        "cannot be known, because visitors are forgotten every night.",
    ),
    Metric(
        "refused",
        "Not counted",
        Unit.NUMBER,
        "Hits that were left out, by reason: bots, pages loaded in advance, browsers that ask not to be counted, spam, "
        "and whatever the site excludes.",
    ),
)

TILES: tuple[str, ...] = (
    "visitors",
    "visits",
    "pageviews",
    "views_per_visit",
    "bounce_rate",
    "visit_duration",
    "engaged_time",
    "scroll_depth",
)
"""The metrics above the chart, in their order."""

DIMENSIONS: Mapping[str, Dimension] = _dimensions(
    Dimension("page", "Page", "Pages", "The path of a page that was opened, without host and query."),
    Dimension("entry", "Entry page", "Entry pages", "The first page of a visit."),
    Dimension("exit", "Exit page", "Exit pages", "The last page of a visit so far."),
    Dimension(
        "source",
        "Source",
        "Sources",
        "Where a visit came from: what the link says in utm_source, source or ref, else the other site that linked "
        "here, by its usual name.",
        unknown="Direct or unknown",
    ),
    Dimension(
        "channel",
        "Channel",
        "Channels",
        "The kind of source, such as organic search, social, e-mail or referral.",
        unknown="Direct",
    ),
    Dimension(
        "referrer",
        "Referrer",
        "Referrers",
        "The page of another site that linked here, without its query.",
        unknown="Direct or unknown",
    ),
    Dimension("utm_medium", "Campaign medium", "Campaign media", "What the link says in utm_medium."),
    Dimension("utm_campaign", "Campaign", "Campaigns", "What the link says in utm_campaign."),
    Dimension("utm_content", "Campaign content", "Campaign contents", "What the link says in utm_content."),
    Dimension("utm_term", "Campaign term", "Campaign terms", "What the link says in utm_term."),
    Dimension(
        "country",
        "Country",
        "Countries",
        "The country in which the visitor's address is registered. The address itself is never stored.",
    ),
    Dimension("language", "Language", "Languages", "The language that the visitor's browser asks for first."),
    Dimension("browser", "Browser", "Browsers", "The visitor's browser, without its version."),
    Dimension("system", "System", "Systems", "The operating system of the visitor's device."),
    Dimension("device", "Device", "Devices", "Whether the device is a desktop computer, a phone, a tablet or else."),
    Dimension("screen", "Screen", "Screens", "The class of widths that the visitor's screen belongs to, in pixels."),
    Dimension("host", "Host", "Hosts", "The host name of the page, for sites that have several."),
    Dimension("event", "Event", "Events", "What the site calls something that its visitors do, such as a sign-up."),
    Dimension("prop", "Property", "Properties", "What the site says about an event, such as the plan of a sign-up."),
    Dimension("outbound", "Outbound link", "Outbound links", "A link to another site that visitors followed."),
    Dimension("download", "Download", "Downloads", "A file that visitors downloaded."),
    Dimension("not_found", "Missing page", "Missing pages", "A path at which the site had no page (status 404)."),
)

PANELS: tuple[tuple[str, ...], ...] = (
    ("page", "entry", "exit"),
    ("source", "channel", "referrer"),
    ("utm_campaign", "utm_medium", "utm_content", "utm_term"),
    ("browser", "system", "device", "screen", "host"),
    ("country", "language"),
    ("event", "outbound", "download", "not_found"),
)
"""Dimensions that share a place on the dashboard, the first one on top."""
