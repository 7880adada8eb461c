"""Drawings (SVG): parsed without entities, checked, and rebuilt from an allowlist of elements and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from defusedxml import ElementTree as DefusedTree
from defusedxml.common import DefusedXmlException

from byline.kernel.images import drawing_rules as rules
from byline.kernel.images.picture import Picture, content_type, refuse

MAX_ELEMENTS = 50_000
MAX_DEPTH = 200
MAX_SIDE = 20_000
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_UNIT_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}
_LENGTH = re.compile(r"\s*\+?(\d{0,7}(?:\.\d{1,20})?)\s*(px|pt|pc|mm|cm|in|em)?\s*")


def rebuilt(data: bytes, *, drop_scripts: bool = False) -> Picture:
    """The drawing with only what draws. Raises Invalid when it is broken or carries a script.

    With `drop_scripts` the script is left out instead. Embedded HTML, links and addresses elsewhere are always
    left out. Rebuilding the result changes nothing more.
    """
    root = _parsed(data)
    if not drop_scripts and any(_is_active(element) for element in root.iter()):
        refuse("drawing-script", "The drawing contains a script. Save it without scripts (as plain SVG) and try again.")
    width, height = _size(root)
    copy = _copied(root, 0)
    # In a fixed order, so that rebuilding the result answers the same bytes.
    first = {"xmlns": _SVG, "width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    copy.attrib = first | copy.attrib | {"width": first["width"], "height": first["height"]}
    if _drawn_elements(copy) > MAX_ELEMENTS:
        refuse("drawing-too-large", "The drawing has too many parts to be shown. Simplify it and try again.")
    text = ET.tostring(copy, encoding="unicode")
    return Picture(text.encode(), "svg", content_type("svg"), width, height)


def _parsed(data: bytes) -> ET.Element:
    try:
        root: ET.Element = DefusedTree.fromstring(data)
    except DefusedXmlException:
        refuse("drawing-entities", "The drawing declares entities of its own. Save it as plain SVG and try again.")
    except (ET.ParseError, ValueError, LookupError):
        refuse("picture-damaged", "The drawing is not well-formed SVG and cannot be read.")
    if root.tag not in ("svg", f"{{{_SVG}}}svg"):
        refuse("picture-unknown", "This XML file is not a drawing.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        refuse("drawing-too-large", "The drawing has too many parts to be shown. Simplify it and try again.")
    return root


def _is_active(element: ET.Element) -> bool:
    """Whether the element is a script or would run one."""
    if _local(element.tag) in rules.SCRIPTS:
        return True
    for name, value in element.attrib.items():
        squeezed = re.sub(r"[\s\x00-\x20]", "", value).lower()
        if _local(name).lower().startswith("on") or squeezed.startswith(("javascript:", "vbscript:")):
            return True
    return False


def _local(name: object) -> str:
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _copied(element: ET.Element, depth: int) -> ET.Element:
    if depth > MAX_DEPTH:
        refuse("drawing-too-deep", "The drawing is nested too deeply. Simplify it and try again.")
    name = _local(element.tag)
    copy = ET.Element(rules.UNWRAPPED.get(name, name), dict(_attributes(element)))
    copy.text = _text(name, element.text)
    for child in element:
        if _is_allowed(child):
            copied = _copied(child, depth + 1)
            copied.tail = child.tail
            copy.append(copied)
        elif child.tail and len(copy):
            copy[-1].tail = (copy[-1].tail or "") + child.tail
        elif child.tail:
            copy.text = (copy.text or "") + child.tail
    return copy


def _is_allowed(element: ET.Element) -> bool:
    space, _, name = element.tag.rpartition("}")
    if space not in ("", "{" + _SVG) or name not in rules.ELEMENTS:
        return False
    return name not in rules.ANIMATIONS or _local(element.get("attributeName", "")) in rules.ATTRIBUTES - {"style"}


def _attributes(element: ET.Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in ("href", _XLINK + "href"):
            if rules.is_inner_address(value, of_image=_local(element.tag) == "image"):
                yield "href", value.strip()
        elif name == _XML + "space":
            yield "xml:space", value
        elif name == "style":
            if rules.is_harmless_style(value):
                yield name, value
        elif (name in rules.ATTRIBUTES or name.startswith("aria-")) and rules.is_harmless_value(value):
            yield name, value


def _text(name: str, text: str | None) -> str | None:
    if name == "style" and text and not rules.is_harmless_style(text):
        return None
    return text


def _size(root: ET.Element) -> tuple[int, int]:
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    box_width, box_height = (box[2], box[3]) if len(box) == 4 else (None, None)
    width, height = _length(root.get("width")), _length(root.get("height"))
    if box_width and box_height:
        if width and not height:
            height = width * box_height / box_width
        elif height and not width:
            width = height * box_width / box_height
    return _whole(width or box_width or 300), _whole(height or box_height or 150)


def _whole(value: float) -> int:
    return max(1, min(MAX_SIDE, round(value)))


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{0,20})?|\.\d{1,20}", text) else None


def _length(text: str | None) -> float | None:
    match = _LENGTH.fullmatch(text or "")
    if not match or not match[1]:
        return None
    return float(match[1]) * _UNIT_PIXELS[match[2] or ""]


def _drawn_elements(root: ET.Element) -> int:
    """How many elements a browser draws once every `use` is followed: a few nested ones can mean millions."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    counted: dict[int, int] = {}
    under_way: set[int] = set()

    def count(element: ET.Element) -> int:
        key = id(element)
        if key in counted or key in under_way:
            return counted.get(key, 0)
        under_way.add(key)
        total = 1 + sum(count(child) for child in element)
        target = named.get(element.get("href", "")[1:]) if element.tag == "use" else None
        total += count(target) if target is not None else 0
        under_way.discard(key)
        counted[key] = min(total, MAX_ELEMENTS + 1)
        return counted[key]

    return count(root)
