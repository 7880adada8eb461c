"""What Hugo and Jekyll put into Markdown that is none: references, figures and highlighted blocks become Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

# Only where a destination may stand: elsewhere somebody is writing about shortcodes.
_HERE = r"""(?:(?<=[(<"'])|(?<=\]:[ ]))"""
_REF = re.compile(_HERE + r"""\{\{[<%]\s*(?:rel)?ref\s+["']([^"'\n]+)["']\s*[>%]\}\}""")
_LINK = re.compile(_HERE + r"""\{%-?\s*(?:link|post_url)\s+["']?([^\s"'%]+)["']?\s*-?%\}""")
_BASE = re.compile(r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}")
_RELATIVE = re.compile(r"""\{\{-?\s*["']([^"'\n]+)["']\s*\|\s*(?:relative_url|absolute_url|relURL|absURL)\s*-?\}\}""")
_FIGURE = re.compile(r"\{\{[<%]\s*(?:figure|img|image)\s+([^\n]*?)\s*/?[>%]\}\}")
_HIGHLIGHT = re.compile(
    r"\{%-?\s*highlight\s+([\w+#-]+)[^%\n]*%\}\n?(.*?)\n?\{%-?\s*endhighlight\s*-?%\}"
    r"|\{\{[<%]\s*highlight\s+\"?([\w+#-]+)[^\n]*?[>%]\}\}\n?(.*?)\n?\{\{[<%]\s*/\s*highlight\s*[>%]\}\}",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(\w+)=(?:"([^"]*)"|'([^']*)'|`([^`]*)`)""")
_FENCES = re.compile(r"^(?:`{3,}|~{3,}).*?^(?:`{3,}|~{3,})[ \t]*$", re.DOTALL | re.MULTILINE)


def translated(body: str) -> str:
    """The text with known shortcodes as Markdown; unknown ones, and all within fenced code, stay as they are."""
    if "{{" not in body and "{%" not in body:
        return body
    parts, last = [], 0
    for fence in _FENCES.finditer(body):
        parts += [_prose(body[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, _prose(body[last:])])


def _prose(part: str) -> str:
    rules: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
        (_HIGHLIGHT, _fenced),
        (_REF, r"\1"),
        (_LINK, r"\1"),
        (_BASE, ""),
        (_RELATIVE, r"\1"),
        (_FIGURE, _picture),
    )
    for pattern, become in rules:
        part = pattern.sub(become, part)
    return part


def _fenced(match: re.Match[str]) -> str:
    language, code = (match[1], match[2]) if match[1] else (match[3], match[4])
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code)), 3)
    return f"{fence}{language}\n{code}\n{fence}"


def _picture(match: re.Match[str]) -> str:
    given = {name.lower(): double or single or ticked for name, double, single, ticked in _ATTRIBUTE.findall(match[1])}
    if not given.get("src"):
        return match[0]
    alt = given.get("alt") or given.get("caption") or given.get("title") or ""
    title = given.get("caption") or given.get("title") or ""
    shown = f' "{title}"' if title and '"' not in title else ""
    return f"![{alt}](<{given['src']}>{shown})"
