"""What a drawing may consist of (after SVG 2 and Filter Effects 1); everything else is left out."""

from __future__ import annotations

import re

SCRIPTS = frozenset({"script", "handler", "listener"})
ANIMATIONS = frozenset({"animate", "animateTransform", "animateMotion", "set"})
# A link becomes a group: its drawing stays, its address goes.
UNWRAPPED = {"a": "g"}

_ELEMENT_NAMES = """
a circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
feTurbulence filter g image line linearGradient marker mask mpath path pattern polygon polyline radialGradient rect
stop style svg switch symbol text textPath title tspan use view
"""
ELEMENTS = ANIMATIONS | frozenset(_ELEMENT_NAMES.split())

_ATTRIBUTE_NAMES = """
accumulate additive alignment-baseline amplitude attributeName attributeType azimuth baseFrequency baseline-shift
begin bias by calcMode class clip clip-path clip-rule clipPathUnits color color-interpolation
color-interpolation-filters cx cy d diffuseConstant direction display divisor dominant-baseline dur dx dy edgeMode
elevation end exponent fill fill-opacity fill-rule filter filterUnits flood-color flood-opacity font-family
font-size font-size-adjust font-stretch font-style font-variant font-weight fr from fx fy gradientTransform
gradientUnits height id image-rendering in in2 intercept isolation k1 k2 k3 k4 kernelMatrix kernelUnitLength
keyPoints keySplines keyTimes lang lengthAdjust letter-spacing lighting-color limitingConeAngle marker-end
marker-mid marker-start markerHeight markerUnits markerWidth mask mask-type maskContentUnits maskUnits max method
min mix-blend-mode mode numOctaves offset opacity operator order orient origin overflow paint-order path pathLength
patternContentUnits patternTransform patternUnits points pointsAtX pointsAtY pointsAtZ preserveAlpha
preserveAspectRatio primitiveUnits r radius refX refY repeatCount repeatDur requiredExtensions requiredFeatures
restart result role rotate rx ry scale seed shape-rendering side slope spacing specularConstant specularExponent
spreadMethod startOffset stdDeviation stitchTiles stop-color stop-opacity stroke stroke-dasharray
stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style surfaceScale
systemLanguage tableValues target text-anchor text-decoration text-rendering textLength to transform
transform-origin type unicode-bidi values vector-effect version viewBox visibility white-space width word-spacing
writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector z
"""
ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())

_EMBEDDED_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
# What could fetch, run or hide something in a style: addresses, imports, escapes and old browsers' hooks.
_REACHES_OUT = re.compile(
    r"""\\|<|javascript:|expression\s*\(|-moz-binding|behavior\s*:|image-set\s*\(|(?<![\w-])(?:image|src)\s*\(
    |@(?!media\b|keyframes\b|-webkit-keyframes\b|supports\b)|url\s*\(\s*(?!["']?\s*\#)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_inner_address(value: str, *, of_image: bool) -> bool:
    """Whether an address stays inside the drawing: `#name`, or for an image the bytes themselves."""
    value = value.strip()
    return value.startswith("#") or (of_image and bool(_EMBEDDED_PICTURE.fullmatch(value)))


def is_harmless_style(text: str) -> bool:
    """Whether a style only styles; one that imports or fetches is left out whole."""
    return not _REACHES_OUT.search(text)


def is_harmless_value(value: str) -> bool:
    """Whether an attribute's value points nowhere but into the drawing."""
    return "url" not in value.lower() or not _REACHES_OUT.search(value)
