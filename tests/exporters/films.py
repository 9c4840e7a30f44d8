"""Timelines of any kind, for tests of formats: drawn by hypothesis, and read off as what is seen where."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from stitcher.storyboard.choices import ROLES
from stitcher.storyboard.transition_kinds import CUT, transition_kind
from stitcher.timebase import FrameRange, frames_to_samples, nominal_rate
from stitcher.timeline.conform import film_frames
from stitcher.timeline.model import Cue, GainKey, Item, Marker, Timeline, Title, Transition
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
KINDS = ["dissolve", "fadeblack", "fadewhite", "wiperight", "wipeleft", "wipeup", "circleopen", "pixelize"]
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


def music(film: Timeline, **more: Any) -> Cue:
    """A cue under the whole film."""
    values = {"name": "score", "role": "music", "start_sample": 0, "length_samples": film.samples, **more}
    duration = Fraction(film.samples, 48_000) + 60
    return Cue(sound=values.pop("sound", make_sound(duration=duration)), **values)


@st.composite
def films(draw: st.DrawFn, most: int = 12) -> Timeline:
    """A film of 1 to `most` shots with all kinds of joins, speeds, names, sounds and markers, at any rate."""
    rate = draw(st.sampled_from(RATES))
    drop = rate in DROP_RATES and draw(st.booleans())
    count = draw(st.integers(1, most))
    items: list[Item] = []
    transitions: list[Transition] = []
    record = taken = 0
    for index in range(count):
        length = draw(st.integers(1, 80))
        if index:
            room = min(len(items[-1].source_range) - taken, length)
            taken = draw(st.integers(0, room)) if draw(st.booleans()) else 0
            # What stays whole of neither shot is not what is tested here.
            taken = min(taken, length - 1, len(items[-1].source_range) - 1)
            kind = transition_kind(draw(st.sampled_from(KINDS))) if taken else CUT
            transitions.append(Transition(kind, taken))
            record -= taken
        items.append(_item(draw, index, length, record, rate))
        record += length
    film = Timeline(
        title=draw(st.sampled_from(ODD_NAMES)),
        rate=rate,
        width=1280,
        height=720,
        items=tuple(items),
        transitions=tuple(transitions),
        markers=tuple(
            Marker(
                draw(st.integers(0, record - 1)),
                draw(st.sampled_from(ODD_NAMES)),
                draw(st.sampled_from(["", "a note"])),
            )
            for _ in range(draw(st.integers(0, 3)))
        ),
        start_frame=draw(st.integers(0, 12 * 3600 * nominal_rate(rate))),
        drop_frame=drop,
    )
    cues = [_cue(draw, film, number) for number in range(draw(st.integers(0, 4)))]
    return Timeline(**{**{name: getattr(film, name) for name in film.__slots__}, "cues": tuple(cues)})


def _item(draw: st.DrawFn, index: int, length: int, record: int, rate: Fraction) -> Item:
    name = f"{draw(st.sampled_from(ODD_NAMES))} {index}"
    if draw(st.integers(0, 9)) == 0:
        whole = FrameRange(0, length)
        return Item(name, Title(f"Words {index}", length), whole, whole, record)
    speed = draw(
        st.sampled_from([Fraction(1), Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2)])
    )
    head, tail = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    frames = -(-(head + length + tail) * speed.numerator // speed.denominator) + 1
    folder = draw(st.sampled_from(["/a", "/b c", "/ü"]))
    clip = make_clip(path=f"{folder}/{name.replace('/', '')}.mp4", frames=frames, rate=rate)
    return Item(
        name,
        clip,
        FrameRange(0, film_frames(clip, rate, speed)),
        FrameRange(head, head + length),
        record,
        speed,
    )


def _cue(draw: st.DrawFn, film: Timeline, number: int) -> Cue:
    start = draw(st.integers(0, film.frames - 1))
    length = draw(st.integers(1, film.frames - start))
    # Off the frames by some samples, as sounds placed by seconds are.
    first = frames_to_samples(start, film.rate) + draw(st.integers(0, 300))
    last = max(first + 480, frames_to_samples(start + length, film.rate) - draw(st.integers(0, 300)))
    fades = (draw(st.integers(0, (last - first) // 2)), draw(st.integers(0, (last - first) // 2)))
    keys = sorted({draw(st.integers(first, last)) for _ in range(draw(st.integers(0, 3)))})
    return Cue(
        name=draw(st.sampled_from(ODD_NAMES)),
        role=draw(st.sampled_from(ROLES)),
        sound=make_sound(path=f"/sound/{number}.wav", duration=3600, channels=draw(st.sampled_from([1, 2]))),
        start_sample=first,
        length_samples=last - first,
        in_offset_samples=draw(st.integers(0, 48_000)),
        gain_db=draw(st.sampled_from([0.0, -8.0, 3.5])),
        fade_in_samples=fades[0],
        fade_out_samples=fades[1],
        gain_keys=tuple(GainKey(sample, draw(st.sampled_from([0.0, -10.0, 2.0]))) for sample in keys),
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
        if not isinstance(item.source, Title)
    )
    return Timeline(**{**{name: getattr(film, name) for name in film.__slots__}, "cues": cues})
