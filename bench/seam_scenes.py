"""Seams whose truth is known: two clips each, drawn, moved, encoded and, where a take repeats, rendered again.

A scene is a picture that is a function of a phase; a clip is a row of phases. A take that opens with the frame it
was started from gets the *decoded* last picture of the clip before it, altered as generators alter it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Scene = Callable[[float], Floats]

WIDTH, HEIGHT = 480, 270
ROOM = 150
"""Pixels a camera may wander to each side."""
HARBOUR = Path(__file__).parent.parent / "fixtures" / "harbour" / "harbour.jpg"


@dataclass(frozen=True, slots=True)
class Case:
    """One seam, told completely by its fields."""

    name: str
    kind: str
    """What lies at the seam: `doubled`, `repeats`, or why nothing may be dropped."""
    repeats: int
    """How many pictures the later clip repeats."""
    texture: str = "natural"
    motion: str = "pan"
    turn: str = ""
    """The later clip's own motion, where it is another."""
    speed: float = 1.0
    """Pixels a frame, were the picture 1280 wide."""
    profile: str = "steady"
    altered: str = "no"
    encoder: str = "x264-18"
    later_encoder: str = ""
    grain: float = 0.0
    seed: int = 0

    @property
    def number(self) -> int:
        """A seed of its own."""
        return zlib.crc32(repr(self).encode())


@dataclass(slots=True)
class Textures:
    """Textures by kind and seed, the last few kept."""

    kept: dict[tuple[str, int], Floats] = field(default_factory=dict)

    def get(self, kind: str, seed: int) -> Floats:
        """`(height, width)` levels, larger than a picture by `ROOM` on each side."""
        if (kind, seed) not in self.kept:
            if len(self.kept) > 6:
                self.kept.pop(next(iter(self.kept)))
            self.kept[kind, seed] = _texture(kind, np.random.default_rng(seed + 1))
        return self.kept[kind, seed]


def _texture(kind: str, chance: np.random.Generator) -> Floats:
    shape = (HEIGHT + 2 * ROOM, WIDTH + 2 * ROOM)
    if kind == "painted":
        from PIL import Image

        with Image.open(HARBOUR) as image:
            return np.asarray(image.convert("L").resize((shape[1], shape[0])), np.float32)
    slope = {"natural": 1.1, "smooth": 1.9, "noise": 0.5, "faces": 1.7}[kind]
    found = _cloud(shape, slope, chance) * (34 if kind != "noise" else 22) + 118
    if kind == "natural":
        # Natural pictures have edges: things in front of things.
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        for _ in range(24):
            cx, cy = chance.uniform(0, shape[1]), chance.uniform(0, shape[0])
            angle, wide, tall = chance.uniform(0, 3.1), chance.uniform(12, 120), chance.uniform(12, 120)
            u = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
            v = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)
            depth = (1 - np.maximum(abs(u) / wide, abs(v) / tall)) * min(wide, tall)
            inside = _inside(1.5 * depth)
            found = found + inside * np.float32(chance.uniform(-45, 45))
    if kind == "faces":
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        for _ in range(9):
            cx, cy, r = chance.uniform(0, shape[1]), chance.uniform(0, shape[0]), chance.uniform(30, 140)
            d = np.hypot((x - cx) / r, (y - cy) / r / 1.3)
            found = found + np.float32(chance.uniform(20, 70)) * _inside(14 * (1 - d))
            for ex, ey in ((-0.35, -0.2), (0.35, -0.2), (0, 0.45)):
                e = np.hypot((x - cx - ex * r) / r / 0.16, (y - cy - ey * r) / r / 0.08)
                found = found - 50 * _inside(8 * (1 - e))
    return np.clip(found, 20, 232).astype(np.float32)


def _inside(depth: Floats) -> Floats:
    """1 well inside an edge, 0 well outside, half on it; `depth` in its softness."""
    return np.asarray(1 / (1 + np.exp(-np.clip(depth, -30, 30))), np.float32)


def _cloud(shape: tuple[int, int], slope: float, chance: np.random.Generator) -> Floats:
    fy, fx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    size = np.hypot(fy, fx)
    size[0, 0] = 1
    wave = np.fft.rfft2(chance.normal(size=shape)) / size**slope
    wave[0, 0] = 0
    found = np.fft.irfft2(wave, shape)
    return np.asarray(found / found.std(), np.float32)


_Y, _X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
_X -= WIDTH / 2
_Y -= HEIGHT / 2


def _view(texture: Floats, dx: float, dy: float, zoom: float = 1.0, turn: float = 0.0) -> Floats:
    """The texture seen from a camera that stands off its middle by `dx`, `dy`."""
    from PIL import Image

    c, s = np.cos(turn) / zoom, np.sin(turn) / zoom
    u = texture.shape[1] / 2 + dx - c * WIDTH / 2 + s * HEIGHT / 2
    v = texture.shape[0] / 2 + dy - s * WIDTH / 2 - c * HEIGHT / 2
    seen = Image.fromarray(texture).transform(
        (WIDTH, HEIGHT), Image.Transform.AFFINE, (c, -s, u, s, c, v), Image.Resampling.BICUBIC
    )
    return np.asarray(seen, np.float32)


def scene_of(case: Case, motion: str, textures: Textures) -> Scene:
    """The picture at a phase: pixels travelled since the seam."""
    texture = textures.get(case.texture, case.seed)
    chance = np.random.default_rng(case.seed * 7 + 3)
    angle = chance.uniform(0, 6.28)
    cx, cy = np.cos(angle), np.sin(angle)
    if motion == "pan":
        return lambda t: _view(texture, cx * t, cy * t)
    if motion == "dolly":
        # A pixel a frame at the edge, less in the middle.
        return lambda t: _view(texture, 0, 0, zoom=float(np.exp(t / 260)))
    if motion == "turn":
        return lambda t: _view(texture, 0, 0, turn=t / 260)
    if motion == "tilt":
        return lambda t: _view(texture, -cy * t, cx * t)
    front = textures.get(case.texture, case.seed + 1000)
    if motion == "parallax":
        mask = (_cloud(texture.shape, 1.8, chance) > 0.3).astype(np.float32)

        def parallax(t: float) -> Floats:
            near, hide = _view(front, cx * t, cy * t), _view(mask, cx * t, cy * t)
            return near * hide + _view(texture, 0.35 * cx * t, 0.35 * cy * t) * (1 - hide)

        return parallax
    if motion in ("local", "head"):
        back = _view(texture, 0, 0)
        reach = 45.0 if motion == "local" else 110.0
        ox, oy = chance.uniform(-150, 150), chance.uniform(-80, 80)

        def local(t: float) -> Floats:
            d = np.hypot(_X - ox - cx * t, _Y - oy - cy * t)
            hide = _inside((reach - d) * 1.2)
            return _view(front, -cx * t, -cy * t) * hide + back * (1 - hide)

        return local
    if motion == "water":
        waves = [
            (
                chance.uniform(0.02, 0.5),
                chance.uniform(0.1, 0.7),
                chance.uniform(0.1, 0.9) * chance.choice([-1, 1]),
                chance.uniform(0, 6.28),
            )
            for _ in range(12)
        ]
        back = _view(texture, 0, 0)
        low = _inside((_Y + 10) / 3)

        def water(t: float) -> Floats:
            total: Floats = np.asarray(
                sum(np.sin(fx * _X + fy * _Y + s * t * 1.5 + p) for fx, fy, s, p in waves), np.float32
            )
            high: Floats = back * (1 - 0.4 * low) + low * (50 + 8 * total)
            return high

        return water
    if motion == "sway":
        # To and fro, a whole swing in sixteen pixels of phase.
        return lambda t: _view(texture, cx * 4 * np.sin(t * np.pi / 8), cy * 4 * np.sin(t * np.pi / 8))
    raise ValueError(motion)


BEFORE, AFTER = 26, 24
"""Pictures of the earlier and of the later clip."""


def _steps(case: Case, count: int, *, before: bool) -> NDArray[np.float64]:
    """How far each of `count` pictures is from the seam's picture, in steps of the seam's speed."""
    n = np.arange(count, dtype=float)
    match case.profile, before:
        case ("speeding", True):  # three times as fast at its end as ten pictures before
            pace = np.maximum(0.15, 1 - 0.066 * n[1:])
        case ("stops", True):
            pace = np.minimum(1, 0.12 * (n[1:] - 0.5) ** 1.0)
        case ("stops" | "slow start", False):
            pace = np.minimum(1, 0.12 * (n[1:] - 0.5))
        case ("eased", False):
            pace = np.minimum(1, 0.35 + 0.13 * n[1:])
        case ("still start", False):
            pace = np.zeros(count - 1)
        case ("still", _) | ("still end", True):
            pace = np.zeros(count - 1)
        case _:
            pace = np.ones(count - 1)
    way = np.concatenate(([0.0], np.cumsum(pace)))
    return -way[::-1] if before else way


def _held(way: NDArray[np.float64], hold: int, phase: int) -> NDArray[np.float64]:
    """Every picture shown `hold` times."""
    index = np.arange(len(way))
    return way[np.maximum(0, (index - phase) // hold * hold + phase)]


def phases(case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The phase of each picture of both clips, before the first `repeats` of the later are replaced."""
    chance = np.random.default_rng(case.number)
    before = _steps(case, BEFORE, before=True)
    after = _steps(case, AFTER, before=False)
    match case.kind:
        case "doubled" | "repeats":
            after = np.concatenate((np.zeros(case.repeats - 1), after))[:AFTER]
        case "going on":
            after = _steps(case, AFTER + 1, before=False)[1:]
        case "skips":
            # Onward: clips that go back some pictures do repeat them.
            after = after + chance.choice([0.5, 1.5, 2.0, 3.0, 6.0])
        case "on twos":
            after = after + 1
        case "same set-up":
            after = after + chance.choice([-1, 1]) * chance.uniform(3, 15)
        case "twenty in thirty":
            # Every sixth picture held, the seam's among them.
            index = np.arange(-BEFORE + 1.0, AFTER + 1)
            way: NDArray[np.float64] = index - np.floor((index - 1) / 6) - 1
            way -= way[BEFORE - 1]
            before, after = way[:BEFORE], way[BEFORE:]
        case _:
            pass
    pace = case.speed * WIDTH / 1280
    before, after = before * pace, after[: 10 + case.repeats] * pace
    if case.profile == "jitter":
        shake = np.cumsum(chance.normal(0, 0.35 * pace, BEFORE + len(after)))
        shake -= shake[BEFORE - 1]
        before, after = before + shake[:BEFORE], after + shake[BEFORE:]
        if case.kind == "doubled":
            after = after - after[0]
    if case.kind == "on twos":
        hold = int(chance.choice([2, 3]))
        both = np.concatenate((before, after))
        both = _held(both, hold, int(chance.integers(0, hold)))
        before, after = both[:BEFORE], both[BEFORE:]
    return before, after


def _alter(picture: Floats, how: str, chance: np.random.Generator) -> Floats:
    found = picture
    for part in how.split("+"):
        match part:
            case "no":
                pass
            case "soft":
                found = _blur(found, 0.8)
            case "softer":
                found = _blur(found, 1.5)
            case "light":
                found = found + 2
            case "dark":
                found = found - 2
            case "contrast":
                found = (found - 120) * 1.025 + 121
            case "noise":
                found = found + chance.normal(0, 2, found.shape).astype(np.float32)
            case "rendered":
                # A model's own idea of the same picture: small differences that hang together.
                found = found + _cloud(found.shape, 0.8, chance) * 1.0
            case "shift":
                a = chance.uniform(0, 6.28)
                found = _shifted(found, 0.15 * np.cos(a), 0.15 * np.sin(a))
            case _:
                raise ValueError(part)
    return found


def _blur(picture: Floats, sigma: float) -> Floats:
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None, :]
    wave = np.fft.rfft2(picture) * np.exp(-2 * (np.pi * sigma) ** 2 * (fx**2 + fy**2))
    return np.asarray(np.fft.irfft2(wave, picture.shape), np.float32)


def _shifted(picture: Floats, dx: float, dy: float) -> Floats:
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None, :]
    wave = np.fft.rfft2(picture) * np.exp(-2j * np.pi * (fx * dx + fy * dy))
    return np.asarray(np.fft.irfft2(wave, picture.shape), np.float32)


ENCODERS: dict[str, tuple[str, str, dict[str, str]]] = {
    **{f"x264-{crf}": (".mp4", "libx264", {"crf": str(crf)}) for crf in (14, 16, 18, 20, 23, 26, 30)},
    "x264-low": (".mp4", "libx264", {"b": "350k"}),
    "x265-24": (".mp4", "libx265", {"crf": "24", "preset": "ultrafast", "x265-params": "log-level=none"}),
    "mpeg4-4": (".mp4", "mpeg4", {"b": "3M", "bf": "2"}),
    "vp9-30": (".webm", "libvpx-vp9", {"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "7"}),
    "prores": (".mov", "prores_ks", {"profile": "2"}),
}


def encode(path: Path, pictures: Sequence[Floats], encoder: str) -> None:
    """Write pictures as a clip; a hint of colour, as real pictures have."""
    _, codec, options = ENCODERS[encoder]
    chosen: dict[str, Any] = {
        "threads": "1",
        **({"preset": "veryfast"} if codec == "libx264" else {}),
        **options,
    }
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=Fraction(24), options=chosen)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
        for picture in pictures:
            luma = np.clip(np.round(picture), 0, 255).astype(np.uint8)
            planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            planes[:HEIGHT] = luma
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def decode(path: Path) -> list[Floats]:
    """The luma of every picture, at the levels it was encoded with."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            deep = frame.format.components[0].bits > 8
            plane = frame.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint16 if deep else np.uint8)
            rows = rows.reshape(-1, plane.line_size // (2 if deep else 1))[:HEIGHT, :WIDTH]
            found.append(rows.astype(np.float32) / np.float32(4 if deep else 1))
    return found


def _arrived(scene: Scene, shown: Floats, step: float) -> float:
    """How far the last decoded picture lags behind what was encoded: encoders skip what hardly moves.

    A model goes on from the picture it was given, not from the one that was meant.
    """
    ways = [-step * n / 4 for n in range(7)]
    return min(ways, key=lambda way: float(((scene(way) - shown) ** 2).mean()))


def make(case: Case, folder: Path, textures: Textures) -> tuple[Path, Path]:
    """The two clips of a case, in `folder`."""
    chance = np.random.default_rng(case.number)
    scene = scene_of(case, case.motion, textures)
    before, after = phases(case)

    grain = chance.normal(0, case.grain, (4, HEIGHT, WIDTH)).astype(np.float32) if case.grain else None

    def grainy(picture: Floats) -> Floats:
        if grain is None:
            return picture
        turned: Floats = np.roll(grain[chance.integers(4)], tuple(chance.integers(0, HEIGHT, 2)), (0, 1))
        return picture + turned

    earlier = folder / f"a{ENCODERS[case.encoder][0]}"
    encode(earlier, [grainy(scene(t)) for t in before], case.encoder)
    again = decode(earlier)[-case.repeats :] if case.repeats else []
    after = after + (_arrived(scene, again[-1], before[-1] - before[-2]) if case.repeats else 0)
    onward = scene_of(case, case.turn, textures) if case.turn else scene
    if case.kind == "another scene":
        elsewhere = Case("", "", 0, case.texture, case.motion, seed=case.seed + 500)
        onward = scene_of(elsewhere, case.motion, textures)
    pictures = [grainy(onward(t)) for t in after]
    if case.kind == "same set-up":
        # The set stands where it stood; somebody is elsewhere in it.
        somebody = textures.get(case.texture, case.seed + 700)
        where = chance.uniform(-110, 110), chance.uniform(-50, 50)
        hide = _inside((chance.uniform(10, 40) - np.hypot(_X - where[0], _Y - where[1])) / 2)
        pictures = [
            (picture * (1 - hide) + _view(somebody, t, 0) * hide).astype(np.float32)
            for picture, t in zip(pictures, after, strict=True)
        ]
    if case.repeats:
        pictures[: case.repeats] = [_alter(picture, case.altered, chance) for picture in again]
        # What a model changes of its first picture for good it changes of all.
        lasting = "+".join(part for part in case.altered.split("+") if part in ("light", "dark", "contrast"))
        pictures[case.repeats :] = [_alter(p, lasting or "no", chance) for p in pictures[case.repeats :]]
    encoder = case.later_encoder or case.encoder
    later = folder / f"b{ENCODERS[encoder][0]}"
    encode(later, pictures, encoder)
    return earlier, later
