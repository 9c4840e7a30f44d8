"""Timelines of any kind, for tests of formats: drawn by hypothesis, and read off as what is seen where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from stitcher.media.clip import Clip
from stitcher.storyboard.choices import ROLES
from stitcher.storyboard.transition_kinds import CUT, transition_kind
from stitcher.timebase import FrameRange, frames_to_samples, nominal_rate
from stitcher.timeline.conform import film_frames
from stitcher.timeline.model import Cue, GainKey, Item, Marker, Timeline
from stitcher.timeline.picture import Title, Transition
from tests.factories import make_clip, make_sound

RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
]
DROP_RATES = [Fraction(30000, 1001), Fraction(60000, 1001)]
SPEEDS = [Fraction(1), Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2)]
_WAYS = ("left", "right", "up", "down")
_CORNERS = ("tl", "tr", "bl", "br")
_SHAPES = ("circle", "horz", "vert")
KINDS = [
    "dissolve",
    *(
        "fadeblack",
        "fadewhite",
        "fadegrays",
        "fadefast",
        "fadeslow",
        "distance",
        "pixelize",
        "hblur",
        "zoomin",
    ),
    *("circlecrop", "rectcrop", "radial", "squeezeh", "squeezev"),
    *(f"{move}{way}" for move in ("wipe", "slide", "smooth", "cover", "reveal") for way in _WAYS),
    *(f"{move}{corner}" for move in ("wipe", "diag") for corner in _CORNERS),
    *(f"{shape}{side}" for shape in _SHAPES for side in ("open", "close")),
    *(f"{side}{wind}" for side in ("hl", "hr", "vu", "vd") for wind in ("slice", "wind")),
]
"""Of FFmpeg 9's xfade, but for an expression of one's own."""
T = TypeVar("T")

ODD_NAMES = [
    "plain",
    "a b",
    'it\'s "so"',
    "R&B",
    "100%",
    "#1?",
    "Ärger <3",
    "夜",
    "x" * 200,
    ".",
    "con",
    "a;b:c",
]


@dataclass(frozen=True)
class Shown:
    """What is seen of a shot: record and source clock, parts under transitions included."""

    shot: str
    record: FrameRange
    source: FrameRange


def shown(film: Timeline) -> list[Shown]:
    """What the timeline itself says."""
    return [Shown(item.shot, item.record_range, item.source_range) for item in film.items]


def film_of(
    *lengths: int,
    overlaps: list[int] | None = None,
    rate: Fraction = RATES[1],
    kinds: list[str] | None = None,
    names: list[str] | None = None,
    handle: int = 10,
    **more: Any,
) -> Timeline:
    """A film of clips with a handle before and after, joined by dissolves as long as `overlaps` or cuts."""
    overlaps = overlaps or [0] * (len(lengths) - 1)
    kinds = kinds or ["dissolve"] * len(overlaps)
    names = names or [f"s{index}" for index in range(len(lengths))]
    items: list[Item] = []
    record = 0
    for index, length in enumerate(lengths):
        if index:
            record -= overlaps[index - 1]
        clip = make_clip(
            path=f"/footage/{names[index]}.mp4".replace("//", "/"), frames=length + 2 * handle, rate=rate
        )
        items.append(
            Item(
                names[index],
                clip,
                FrameRange(0, length + 2 * handle),
                FrameRange(handle, handle + length),
                record,
            )
        )
        record += length
    transitions = [
        Transition(transition_kind(kind), frames) if frames else Transition(CUT)
        for kind, frames in zip(kinds, overlaps, strict=True)
    ]
    return Timeline(
        title=more.pop("title", "Film"),
        rate=rate,
        width=1280,
        height=720,
        items=tuple(items),
        transitions=tuple(transitions),
        start_frame=more.pop("start_frame", 3600 * nominal_rate(rate)),
        **more,
    )


def hidden(film: Timeline, numbers: Collection[int]) -> Timeline:
    """The film with some of its shots switched off."""
    items = [
        replace(_black(item), hidden=item) if number in numbers else item
        for number, item in enumerate(film.items)
    ]
    return replace(film, items=tuple(items))


def _black(item: Item) -> Item:
    whole = FrameRange(0, len(item.source_range))
    return Item(item.shot, Title("", len(whole)), whole, whole, item.record_start)


def music(film: Timeline, **more: Any) -> Cue:
    """A cue under the whole film."""
    values = {"name": "score", "role": "music", "start_sample": 0, "length_samples": film.samples, **more}
    duration = Fraction(film.samples, 48_000) + 60
    return Cue(sound=values.pop("sound", make_sound(duration=duration)), **values)


class Chance(Protocol):
    """What decides how a film comes out."""

    def integer(self, low: int, high: int) -> int: ...

    def one_of(self, values: Sequence[T]) -> T: ...


@dataclass(frozen=True)
class _Drawn:
    """By hypothesis, which looks for a smaller film that fails too."""

    draw: st.DrawFn

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one_of(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(values))


class _Rolled:
    """By a seed, for films larger than hypothesis draws."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self.dice.randint(low, high)

    def one_of(self, values: Sequence[T]) -> T:
        return self.dice.choice(values)


@st.composite
def films(draw: st.DrawFn, most: int = 12) -> Timeline:
    """A film of 1 to `most` shots with all kinds of joins, speeds, names, sounds and markers, at any rate."""
    chance = _Drawn(draw)
    return _film(chance, chance.integer(1, most), chance.one_of(RATES))


def long_film(seed: int, rate: Fraction, count: int = 200) -> Timeline:
    """A film of `count` shots, the same for a seed every time."""
    return _film(_Rolled(seed), count, rate)


def _film(chance: Chance, count: int, rate: Fraction) -> Timeline:
    drop = rate in DROP_RATES and chance.one_of([False, True])
    items: list[Item] = []
    transitions: list[Transition] = []
    record = taken = 0
    for index in range(count):
        length = chance.integer(1, 80)
        if index:
            room = min(len(items[-1].source_range) - taken, length)
            taken = chance.integer(0, room) if chance.one_of([False, True]) else 0
            # What stays whole of neither shot is not what is tested here.
            taken = min(taken, length - 1, len(items[-1].source_range) - 1)
            kind = transition_kind(chance.one_of(KINDS)) if taken else CUT
            transitions.append(Transition(kind, taken))
            record -= taken
        items.append(_item(chance, index, length, record, rate))
        record += length
    film = Timeline(
        title=chance.one_of(ODD_NAMES),
        rate=rate,
        width=1280,
        height=720,
        items=tuple(items),
        transitions=tuple(transitions),
        markers=tuple(
            Marker(chance.integer(0, record - 1), chance.one_of(ODD_NAMES), chance.one_of(["", "a note"]))
            for _ in range(chance.integer(0, 3))
        ),
        start_frame=chance.integer(0, 12 * 3600 * nominal_rate(rate)),
        drop_frame=drop,
    )
    cues = [_cue(chance, film, number) for number in range(chance.integer(0, 4))]
    return replace(film, cues=tuple(cues))


def _item(chance: Chance, index: int, length: int, record: int, rate: Fraction) -> Item:
    name = f"{chance.one_of(ODD_NAMES)} {index}"
    if chance.integer(0, 9) == 0:
        whole = FrameRange(0, length)
        return Item(name, Title(f"Words {index}", length), whole, whole, record)
    speed = chance.one_of(SPEEDS)
    head, tail = chance.integer(0, 30), chance.integer(0, 30)
    frames = -(-(head + length + tail) * speed.numerator // speed.denominator) + 1
    folder = chance.one_of(["/a", "/b c", "/ü"])
    clip = make_clip(path=f"{folder}/{name.replace('/', '')}.mp4", frames=frames, rate=rate)
    return Item(
        name,
        clip,
        FrameRange(0, film_frames(clip, rate, speed)),
        FrameRange(head, head + length),
        record,
        speed,
    )


def _cue(chance: Chance, film: Timeline, number: int) -> Cue:
    start = chance.integer(0, film.frames - 1)
    length = chance.integer(1, film.frames - start)
    # Off the frames by some samples, as sounds placed by seconds are.
    first = frames_to_samples(start, film.rate) + chance.integer(0, 300)
    last = max(first + 480, frames_to_samples(start + length, film.rate) - chance.integer(0, 300))
    fades = (chance.integer(0, (last - first) // 2), chance.integer(0, (last - first) // 2))
    keys = sorted({chance.integer(first, last) for _ in range(chance.integer(0, 3))})
    return Cue(
        name=chance.one_of(ODD_NAMES),
        role=chance.one_of(ROLES),
        sound=make_sound(path=f"/sound/{number}.wav", duration=3600, channels=chance.one_of([1, 2])),
        start_sample=first,
        length_samples=last - first,
        in_offset_samples=chance.integer(0, 48_000),
        gain_db=chance.one_of([0.0, -8.0, 3.5]),
        fade_in_samples=fades[0],
        fade_out_samples=fades[1],
        gain_keys=tuple(GainKey(sample, chance.one_of([0.0, -10.0, 2.0])) for sample in keys),
    )


def spoken(film: Timeline) -> Timeline:
    """The film with each shot's own sound kept."""
    cues = tuple(
        Cue(
            name=item.shot,
            role="effects",
            sound=make_sound(path=item.source.path, duration=item.source.duration),
            start_sample=frames_to_samples(item.record_start, film.rate),
            length_samples=frames_to_samples(item.record_range.stop, film.rate)
            - frames_to_samples(item.record_start, film.rate),
            in_offset_samples=frames_to_samples(item.source_range.start, film.rate),
            shot=item.shot,
        )
        for item in film.items
        if isinstance(item.source, Clip)
    )
    return replace(film, cues=cues)
