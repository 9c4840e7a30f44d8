"""Where a cut lays a picture of another shape, as a storyboard says it: how it fills the film, and its focus. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.picture_keys import PictureKeys, begun_later, written
from stitcher.storyboard.choices import Fit

_ALIKE = 0.01
"""By how much of itself a scale may be off the one that just fills the film."""
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CutPlacement:
    """Where a clip's picture lies in the film's."""

    points: tuple[tuple[int, float, float], ...]
    """Frames from the clip's beginning on, and then where its middle is from the film's: to the right and down, in
    shares of the film's sides. In order; one where it does not move."""
    scale: float | None = None
    """How many of the film's pixels one of its own is long; `None` where it fills the film."""
    of_height: bool = False
    """Whether places across are in shares of the film's height as well."""

    def begun_later(self, frames: int) -> CutPlacement:
        """The same of a clip that begins so many frames later."""
        return replace(self, points=tuple((at - frames, x, y) for at, x, y in self.points))

    def fit(self, size: Size, film: Size) -> Fit | None:
        """How a picture of that size fills the film; `None` where a storyboard has no word for it."""
        ratios = film[0] / size[0], film[1] / size[1]
        for fit, wanted in (("crop", max(ratios)), ("pad", min(ratios))):
            if self.scale is None or abs(self.scale / wanted - 1) < _ALIKE:
                return "crop" if fit == "crop" else "pad"
        return None

    def same_as(self, other: CutPlacement, film: Size) -> bool:
        """Whether both lay a picture of one size in the same place."""
        if self.scale is not None and other.scale is not None and abs(self.scale / other.scale - 1) > _ALIKE:
            return False
        frames = {at for one in (self, other) for at, _, _ in one.points}
        return all(
            abs(mine - theirs) < _ALIKE
            for frame in frames
            for mine, theirs in zip(self._at(frame, film), other._at(frame, film), strict=True)
        )

    def _at(self, frame: int, film: Size) -> tuple[float, float]:
        """Where its middle is, in shares of the film's sides: on a straight line from one point to the next."""
        across = film[1] / film[0] if self.of_height else 1.0
        first, *rest = self.points
        for last in rest:
            if first[0] <= frame < last[0]:
                share = (frame - first[0]) / (last[0] - first[0])
                x, y = (one + (two - one) * share for one, two in zip(first[1:], last[1:], strict=True))
                return x * across, y
            if frame >= last[0]:
                first = last
        return first[1] * across, first[2]

    def focus(self, size: Size, film: Size) -> PictureKeys:
        """The focus of a picture of that size that fills the film; none where it is in the middle."""
        scale = max(film[0] / size[0], film[1] / size[1])
        across = film[1 if self.of_height else 0] / (size[0] * scale)
        down = film[1] / (size[1] * scale)
        keys = [
            {"at": f"{at}f", "x": _share(0.5 - x * across), "y": _share(0.5 - y * down)}
            for at, x, y in self.points
        ]
        if all((key["x"], key["y"]) == (0.5, 0.5) for key in keys):
            return ()
        if len(keys) == 1:
            return (("focus", written({"x": keys[0]["x"], "y": keys[0]["y"]})),)
        # Counted from the shot's first frame, before which a storyboard has no key frames.
        early = max(0, -self.points[0][0])
        counted = [{**key, "at": f"{at + early}f"} for key, (at, _, _) in zip(keys, self.points, strict=True)]
        return begun_later((("focus", written(counted)),), early)


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


def basic_motion(effect: ET.Element, begins: Fraction, rate: Fraction) -> CutPlacement | None:
    """The Basic Motion of a clip of xmeml, whose own time `begins` there; `None` where it is turned, or resized as it
    goes. Key frames count at `rate`.
    """
    values = {one.findtext("parameterid", "").lower(): one for one in effect.findall("parameter")}
    scale, centre, turned = (values.get(name) for name in ("scale", "center", "rotation"))
    if scale is None or scale.find("keyframe") is not None:
        return None
    if turned is not None and (turned.find("keyframe") is not None or _number(turned, "value")):
        return None
    keys = [] if centre is None else centre.findall("keyframe")
    points = [(round(_number(key, "when") - begins * rate), *_centre(key)) for key in keys]
    return CutPlacement(tuple(points) or ((0, *_centre(centre)),), float(_number(scale, "value")) / 100)


def _centre(element: ET.Element | None) -> tuple[float, float]:
    if element is None:
        return 0.0, 0.0
    return float(_number(element, "value/horiz")), float(_number(element, "value/vert"))


def _number(element: ET.Element, path: str) -> Fraction:
    try:
        return Fraction(element.findtext(path, "0").strip())
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def adjustment(element: ET.Element, begins: Fraction, rate: Fraction) -> CutPlacement | None:
    """The transform of a clip of FCPXML that fills the frame, whose own time `begins` there; `None` where it is more
    than a place, or there is none.
    """
    conform, transform = element.find("adjust-conform"), element.find("adjust-transform")
    if conform is None or conform.get("type") != "fill":
        return None
    if transform is None:
        return CutPlacement(((0, 0.0, 0.0),), of_height=True)
    others = {param.get("name") for param in transform.findall("param")} - {"position"}
    if others or {*transform.keys()} - {"position", "enabled", "tracking"}:
        return None
    keys = [
        (round((at - begins) * rate), *_percent(key.get("value")))
        for key in transform.iterfind("param/keyframeAnimation/keyframe")
        if (at := _seconds(key.get("time"))) is not None
    ]
    return CutPlacement(tuple(keys) or ((0, *_percent(transform.get("position"))),), of_height=True)


def _percent(place: str | None) -> tuple[float, float]:
    try:
        across, up = map(float, (place or "0 0").split())
    except ValueError:
        return 0.0, 0.0
    return across / 100, 0 - up / 100


def _seconds(text: str | None) -> Fraction | None:
    try:
        return Fraction((text or "").removesuffix("s"))
    except (ValueError, ZeroDivisionError):
        return None
