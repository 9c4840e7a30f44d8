"""What is told of seams and clips, against painted films whose faults are known: `python -m bench.seam_faults`.

A film is painted that goes on over a cut, in one of several motions and textures; one fault is made in it, the two
clips are encoded, measured and judged as a film's are. Groups without any fault are still scenes, cuts to other scenes,
and motions that go on, sway, tremble and come to rest.

python -m bench.seam_faults --each 40     some 1,000 seams
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from bench.seam_scenes import Case, Floats, Textures, scene_of

RATE = Fraction(24)
PICTURES = 30
"""Of each clip."""
_MOTIONS = ("pan", "dolly", "turn", "parallax", "head")
_TEXTURES = ("natural", "faces", "smooth", "painted")
_EXPECTED = {
    "doubled": "doubled", "missing": "missing", "colour": "colour", "matrix": "matrix", "range": "range",
    "frozen head": "frozen-head", "frozen tail": "frozen-tail", "hold": "hold", "12 in 24": "cadence",
    "16 in 24": "cadence", "soft": "sharpness", "grainy": "grain", "flicker": "flicker", "black": "black",
    "bars": "bars", "logo": "patch", "turns": "motion",
}  # fmt: skip
"""What has to be told of each group; groups that are not here have no fault."""
QUIET = (
    "goes on",
    "slows down",
    "sways",
    "trembles",
    "still",
    "still and grainy",
    "other scene",
    "same set-up",
)


@dataclass(frozen=True, slots=True)
class Film:
    """Two clips and the fault between them."""

    group: str
    motion: str = "pan"
    texture: str = "natural"
    speed: float = 2.0
    """Pixels a frame at 1280."""
    amount: float = 1.0
    """How much of the fault: frames, levels."""
    crf: int = 18
    seed: int = 0

    @property
    def expected(self) -> str:
        """What has to be told; empty for nothing."""
        return _EXPECTED.get(self.group, "")


def films(each: int, seed: int = 1) -> Iterator[Film]:
    """So many films of each group, in turn."""
    for n in range(each):
        chance = np.random.default_rng([seed, n])
        for group in (*_EXPECTED, *QUIET):
            amount = {"doubled": 1 + n % 3, "missing": 1 + n % 3, "colour": 1.3 + n % 6, "black": 1 + n % 4}
            # What has no fine detail cannot lose any, and what is all noise hides more of it.
            textures = {"soft": _TEXTURES[:1], "grainy": _TEXTURES[1:]}.get(group, _TEXTURES)
            yield Film(
                group,
                str(chance.choice(_MOTIONS)),
                str(chance.choice(textures)),
                round(float(np.exp(chance.uniform(np.log(1.0), np.log(8.0)))), 2),
                float(amount.get(group, 1)),
                int(chance.choice([16, 18, 20])),
                int(chance.integers(0, 6)),
            )


def painted(film: Film, textures: Textures) -> tuple[list[Floats], list[Floats]]:
    """The pictures of both clips, `(height, width, 3)` RGB levels."""
    pace = film.speed * 480 / 1280
    before, after = _places(film)
    scene = _coloured(film, film.motion, textures)
    onward = scene
    if film.group == "other scene":
        onward = _coloured(replace(film, seed=film.seed + 11, texture="natural"), "dolly", textures)
    if film.group == "turns":
        swings = {"pan": "dolly", "dolly": "turn", "turn": "pan", "parallax": "dolly", "head": "pan"}
        scene = _coloured(film, "pan", textures)
        onward = _coloured(replace(film, motion=swings["pan"]), "tilt", textures)
    earlier, later = [scene(pace * t) for t in before], [onward(pace * t) for t in after]
    return earlier, _altered(film, later)


def _places(film: Film) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the pictures lie, in frames of the motion."""
    before, after = np.arange(-PICTURES + 1.0, 1), np.arange(1.0, PICTURES + 1)
    count = int(film.amount)
    chance = np.random.default_rng(film.seed + 77)
    match film.group:
        case "doubled":
            after = after - count
        case "missing":
            after = after + count
        case "frozen head":
            after = np.maximum(1, after - 12)
        case "frozen tail":
            before = np.minimum(-12, before)
            after = after - 13
        case "hold":
            after = np.where(after < 12, after, np.maximum(12, after - 8))
        case "12 in 24":
            after = after // 2 * 2
        case "16 in 24":
            after = after - after // 3
        case "still" | "still and grainy":
            before, after = before * 0, after * 0
        case "slows down":
            after = 14 * (1 - np.exp(-after / 14))
        case "sways":
            before, after = (7 * np.sin(side / 7) for side in (before, after))
        case "trembles":
            shake = np.cumsum(chance.normal(0, 0.25, 2 * PICTURES))
            before, after = before + shake[:PICTURES], after + shake[PICTURES:]
        case "same set-up":
            after = after + 60
        case _:
            pass
    return before, after


def _coloured(film: Film, motion: str, textures: Textures) -> Callable[[float], Floats]:
    case = Case(film.group, "", 0, texture=film.texture, motion=motion, seed=film.seed)
    luma, tint = scene_of(case, motion, textures), scene_of(replace(case, texture="smooth"), motion, textures)

    def at(place: float) -> Floats:
        light, hue = luma(place), 0.7 * (tint(place) - 118)
        mixed = np.stack([light + hue, light - 0.4 * hue, light - 1.2 * hue], axis=2)
        return np.asarray(np.clip(mixed, 0, 255), np.float32)

    return at


def _altered(film: Film, later: list[Floats]) -> list[Floats]:
    match film.group:
        case "colour":
            sign = np.array([(1, 1, 1), (1, 0.3, -0.4), (-1, -1, -1)][film.seed % 3], np.float32)
            return [picture + sign * np.float32(film.amount) for picture in later]
        case "soft":
            return [_softer(picture) for picture in later]
        case "flicker":
            return [picture + np.float32(1.6 * (-1) ** n) for n, picture in enumerate(later)]
        case "black":
            return [picture * 0 if n < film.amount else picture for n, picture in enumerate(later)]
        case "bars":
            for picture in later:
                picture[:24] = picture[-24:] = 0
        case "logo":
            for picture in later:
                picture[20:50, 400:460] = (240, 240, 240)
                picture[26:44, 406:454:6] = (10, 10, 10)
        case _:
            pass
    return later


def _softer(picture: Floats) -> Floats:
    from PIL import Image, ImageFilter

    image = Image.fromarray(np.clip(picture + 0.5, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.9)), np.float32)


def make(film: Film, folder: Path, textures: Textures) -> tuple[Path, Path]:
    """Both clips as files."""
    earlier, later = painted(film, textures)
    noise = {"still and grainy": (2.5, 2.5), "grainy": (0.0, 4.0)}.get(film.group, (0.0, 0.0))
    how: dict[str, Any] = {}
    if film.group == "matrix":
        how["matrix"] = Colorspace.ITU601
    if film.group == "range":
        how["levels"] = ColorRange.JPEG
    one, other = folder / "a.mp4", folder / "b.mp4"
    encode(one, earlier, film.crf, grain=noise[0], seed=film.seed)
    encode(other, later, film.crf, grain=noise[1], seed=film.seed + 1, **how)
    return one, other


def encode(
    path: Path,
    pictures: Sequence[Floats],
    crf: int = 18,
    *,
    matrix: Colorspace = Colorspace.ITU709,
    levels: ColorRange = ColorRange.MPEG,
    grain: float = 0.0,
    seed: int = 0,
) -> None:
    """Write pictures as a clip that says it is BT.709 of limited range, whatever it is."""
    chance = np.random.default_rng(seed)
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(crf), "preset": "veryfast", "threads": "1"}
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_range = ColorRange.MPEG
        for number, picture in enumerate(pictures):
            noisy = picture + chance.normal(0, grain, (height, width, 1)) if grain else picture
            rgb = np.clip(noisy + 0.5, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
                format="yuv420p",
                src_color_range=ColorRange.JPEG,
                dst_colorspace=matrix,
                dst_color_range=levels,
            )
            frame.color_range, frame.colorspace = ColorRange.MPEG, Colorspace.ITU709
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def told(film: Film, folder: Path, textures: Textures) -> tuple[set[str], list[str]]:
    """The kinds of what is told of a film, and each in a line."""
    import stitcher

    clips = make(film, folder, textures)
    report = stitcher.measure_seams(stitcher.assemble(clips, transition="cut"))
    return {one.kind for one in report.findings}, [str(one) for one in report.findings]


_COMES_WITH = {
    "doubled": {"motion"}, "matrix": {"range", "colour"}, "range": {"sharpness", "grain", "colour"},
    "frozen head": {"motion", "doubled"}, "frozen tail": {"motion", "doubled"}, "black": {"colour", "sharpness"},
    "bars": {"sharpness", "colour"}, "logo": {"sharpness", "colour"}, "grainy": {"sharpness"}, "soft": {"grain"},
    "12 in 24": {"doubled"}, "16 in 24": {"doubled"}, "flicker": {"colour"},
}  # fmt: skip
"""What a fault may be told as besides."""


def judged(film: Film, kinds: set[str]) -> str:
    """`right`, `missed`, or which kinds were told for nothing."""
    wrong = kinds - {film.expected} - _COMES_WITH.get(film.group, set())
    if wrong:
        return f"false {', '.join(sorted(wrong))}"
    return "right" if not film.expected or film.expected in kinds else "missed"


def evaluated(some: Iterable[Film], *, aloud: bool = True) -> dict[str, Counter[str]]:
    """How often what was said of each group."""
    textures = Textures()
    found: dict[str, Counter[str]] = {}
    for film in some:
        with tempfile.TemporaryDirectory(prefix="seam-faults-") as folder:
            kinds, lines = told(film, Path(folder), textures)
        said = judged(film, kinds)
        found.setdefault(film.group, Counter())[said] += 1
        if aloud and said != "right":
            print(f"{said}: {film}", *lines, sep="\n    ", flush=True)
    return found


def main() -> None:
    """Print a row for each group."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=4, help="films of each group")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--group", help="this one alone")
    asked = parser.parse_args()
    some = (film for film in films(asked.each, asked.seed) if asked.group in (None, film.group))
    for name, said in evaluated(some).items():
        print(f"{name:<20}{', '.join(f'{count} {word}' for word, count in sorted(said.items()))}")


if __name__ == "__main__":
    main()
