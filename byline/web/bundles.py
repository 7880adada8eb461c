"""The style sheet and the script of every page, put together in memory: few requests, and only the Bootstrap we use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters

OWN = Path(__file__).parent / "static"
PACKAGE = Path(__file__).parents[1]
STYLES = (
    "tokens",
    "type",
    "layout",
    "forms",
    "parts",
    "posts",
    "timeline",
    "deeds",
    "comments",
    "people",
    "messages",
    "news",
    "search",
    "admin",
    "prose",
    "code",
    "print",
)
SCRIPTS = (
    "switch",
    "menu",
    "time",
    "reveal",
    "copy",
    "toc",
    "bell",
    "search",
    "deeds",
    "comments",
    "follow",
    "card",
    "counting",
)
SHARED = ("post",)
"""Modules that scripts import, those of the bundle as well."""
IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS_ATTRIBUTE = re.compile(r'class="([^"]*)"')
CLASS_NAME = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
NEGATION = re.compile(r":not\([^)]*\)")
WORD = re.compile(r"[A-Za-z_][\w-]*")

SHORT = "// Short:"
LITERAL = re.compile(r'("[^"\n]*"|/[^/ \n]+/i?(?=\.test))')
NAME = re.compile(r"(?<![\w.])\w+|(?<=\.\.\.)\w+")
SPACE = re.compile(r"[ \t]*([=(){}\[\],;:?&|<>+*!/-])[ \t]*")
LINE_AFTER = re.compile(r"(?<=[{(,>])\n")
LINE_BEFORE = re.compile(r"\n(?=[})])")


def style_sheet(bootstrap: str) -> str:
    """Bootstrap's rules for the classes our templates name, in a layer below our own sheets: ours always win."""
    own = "\n".join((OWN / "css" / f"{name}.css").read_text() for name in STYLES)
    return f"@layer bootstrap{{{narrowed(bootstrap, named_classes())}}}\n{_tightened(own)}"


def script() -> str:
    """Our scripts one after the other as one module, each in a block of its own behind what they share."""
    shared = (_source(name).replace("export ", "") for name in SHARED)
    return "\n".join((*shared, *(f"{{\n{IMPORT.sub('', _source(name))}}}" for name in SCRIPTS)))


def _source(name: str) -> str:
    return (OWN / "js" / f"{name}.js").read_text()


def beacon() -> str:
    """The script of measured pages, as small as it must be."""
    return shortened((OWN / "js" / "beacon.js").read_text())


def experiment() -> str:
    """The script of pages that take part in experiments."""
    return shortened((OWN / "js" / "experiment.js").read_text())


def shortened(script: str) -> str:
    """A script without its comments and needless space, with one letter for each name that a comment lists as short.

    It knows just enough of the language for scripts of ours: comments fill their lines, strings have double quotes, a
    regular expression is tested at once, and a short name is no name of a property.
    """
    lines = [line.strip() for line in script.splitlines()]
    names = " ".join(line.removeprefix(SHORT) for line in lines if line.startswith(SHORT)).split()
    letters = dict(zip(names, ascii_letters, strict=False))
    code = "\n".join(line for line in lines if line and not line.startswith("//"))
    pieces = LITERAL.split(code)
    pieces[::2] = [_squeezed(NAME.sub(lambda name: letters.get(name[0], name[0]), piece)) for piece in pieces[::2]]
    return LINE_AFTER.sub("", LINE_BEFORE.sub("", "".join(pieces)))


def _squeezed(code: str) -> str:
    return SPACE.sub(r"\1", code)


def named_classes() -> frozenset[str]:
    """Every word in a `class` attribute of any room's templates."""
    texts = (path.read_text() for path in PACKAGE.glob("**/templates/**/*.html"))
    return frozenset(word for text in texts for value in CLASS_ATTRIBUTE.findall(text) for word in WORD.findall(value))


def narrowed(css: str, classes: frozenset[str]) -> str:
    """The rules of a minified sheet that can match a page which uses no other classes than `classes`."""
    return "".join(_kept(COMMENT.sub("", css).replace('@charset "UTF-8";', ""), classes))


def _kept(css: str, classes: frozenset[str]) -> Iterator[str]:
    for prelude, body in _blocks(css):
        if prelude.startswith("@keyframes"):
            continue
        if prelude.startswith("@"):
            inner = "".join(_kept(body, classes))
            if inner:
                yield f"{prelude}{{{inner}}}"
            continue
        selectors = [each for each in _selectors(prelude) if _may_match(each, classes)]
        if selectors:
            yield f"{','.join(selectors)}{{{body}}}"


def _may_match(selector: str, classes: frozenset[str]) -> bool:
    return set(CLASS_NAME.findall(NEGATION.sub("", selector))) <= classes


def _selectors(prelude: str) -> list[str]:
    # A comma inside parentheses belongs to :is() or :not().
    return [each.strip() for each in re.split(r",(?![^(]*\))", prelude)]


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    depth, start, opened = 0, 0, 0
    for at, letter in enumerate(css):
        if letter == "{":
            depth += 1
            opened = at if depth == 1 else opened
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : at]
                start = at + 1


def _tightened(css: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", COMMENT.sub("", css))
