"""Stretches of a mix: what each cue plays in each, and nothing else. Pure.

    film       0         10 s        20 s        30 s     a fixed grid of samples
    music      |===========|===========|===========|      a passage in each stretch that a cue touches
    line                        |--|                      moved, it changes this stretch and the one it comes to

A stretch is a value of its own: two that sound alike are alike, wherever they are and whatever the cues do elsewhere,
and its content key is what a mixed one is kept under. So everything in it is counted from its own first sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from stitcher.content_key import Exclusions, content_key
from stitcher.media.clip import Sound
from stitcher.sound.curves import Fade, GainLine, gain_lines
from stitcher.sound.mix import NOT_IN_KEY, RECIPE, Mix, available_samples, cue_shares, fade_curves
from stitcher.timebase import SAMPLE_RATE, round_half_up, seconds_to_samples
from stitcher.timeline.model import Cue, GainKey, Sidechain

STRETCH = 10 * SAMPLE_RATE
"""Samples of a stretch: short beside a film, so that little is mixed again, and long beside what it costs to keep."""

_LONG = 6 * STRETCH
"""A sound that plays for longer is prepared up to the next whole stretch, so that a film a little longer finds it."""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A source as a cue plays it: at 48 kHz, at its tempo; without its fades and its gain."""

    sound: Sound
    in_offset_samples: int
    """Source clock, as the next."""
    stop_samples: int | None
    """`None` for the decoder's own end."""
    samples: int | None
    """How many of it are wanted; `None` for all there are. Those are the same however many there will be."""
    tempo: Fraction = Fraction(1)
    stretch: Fraction = Fraction(1)
    loop_crossfade_samples: int = 0
    """For how long its end is crossed with its beginning."""
    reflected_samples: int = 0
    """How many are there between a head and a tail that are played backwards."""
    reflected_head_samples: int = 0
    reflected_tail_samples: int = 0
    least_samples: int = 0
    """How many come round in a loop where the decoder has fewer: the others are silent. Source clock."""

    @property
    def channels(self) -> int:
        """Its own: they are placed on the bus by whoever plays them."""
        return self.sound.channels


@dataclass(frozen=True, slots=True)
class CompressedPart:
    """A cue at its gain, compressed by the level of others. Every sample depends on all before it."""

    cue: tuple[Stretch, ...]
    keys: tuple[Stretch, ...]
    """From the cue's first sample on, and longer by `cue_filters.SIDECHAIN_TAIL`."""
    sidechain: Sidechain
    samples: int
    channels: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is made of."""
        return tuple(dict.fromkeys(part for stretch in (*self.cue, *self.keys) for part in stretch.parts))


Part = SourcePart | CompressedPart


@dataclass(frozen=True, slots=True)
class Passage:
    """What one cue plays in one stretch."""

    part: Part
    start: int
    """In samples of the stretch."""
    samples: int
    offset: int
    """How much of the cue has been played before."""
    loops: bool
    shares: tuple[tuple[float, ...], ...]
    """For each channel of the part its factor on each channel of the bus."""
    gains: tuple[GainLine, ...] = ()
    fade_in: Fade | None = None
    fade_out: Fade | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is added up to so many samples of a mix: the passages of each stem, and then the stems."""

    samples: int
    channels: int
    stems: tuple[tuple[Passage, ...], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is played from."""
        return tuple(dict.fromkeys(passage.part for stem in self.stems for passage in stem))

    def of_stem(self, stem: Sequence[Passage]) -> Stretch:
        """The stretch of one of its stems alone."""
        return replace(self, stems=(tuple(stem),))

    def key(self, ffmpeg_version: str) -> str:
        """The content key of its samples."""
        return content_key("stretch", RECIPE, ffmpeg_version, self, excluded=_NOT_IN_STRETCH)


_NOT_IN_KEY: Exclusions = {**NOT_IN_KEY, Sidechain: frozenset({"keys"})}
"""The sounds that a cue is compressed by are said as they are heard."""
_NOT_IN_STRETCH: Exclusions = {**_NOT_IN_KEY, SourcePart: frozenset({"samples"})}
"""How far a sound goes on elsewhere."""


def part_key(part: Part, ffmpeg_version: str) -> str:
    """The content key of what a part is played as."""
    return content_key("part", RECIPE, ffmpeg_version, part, excluded=_NOT_IN_KEY)


def mix_stretches(mix: Mix, channels: int) -> tuple[Stretch, ...]:
    """The stretches of a film, in order; the last may be shorter."""
    return _stretches(mix.stems, channels, start=0, samples=mix.film_samples)


def _stretches(
    stems: Sequence[Sequence[Cue]], channels: int, start: int, samples: int
) -> tuple[Stretch, ...]:
    """The stretches of `samples` samples from `start` (record clock) on."""
    stop = start + samples
    found: list[dict[int, list[Passage]]] = [{} for _ in range(-(-samples // STRETCH))]
    for number, stem in enumerate(stems):
        for cue in stem:
            begin, end = max(cue.start_sample, start), min(cue.stop_sample, stop)
            if begin >= end:
                continue
            player = _Player.of(cue, channels, stop)
            for index in range((begin - start) // STRETCH, (end - 1 - start) // STRETCH + 1):
                first = start + index * STRETCH
                passage = player.passage(max(begin, first), min(end, first + STRETCH), first)
                found[index].setdefault(number, []).append(passage)
    return tuple(
        Stretch(
            min(STRETCH, samples - index * STRETCH),
            channels,
            tuple(tuple(passages) for _, passages in sorted(by_stem.items())),
        )
        for index, by_stem in enumerate(found)
    )


@dataclass(frozen=True, slots=True)
class _Player:
    """A cue, and what is the same of it in every stretch."""

    cue: Cue
    part: Part
    loops: bool
    shares: tuple[tuple[float, ...], ...]
    keys: tuple[GainKey, ...]
    """Of the gain that is not in its part already."""

    @classmethod
    def of(cls, cue: Cue, channels: int, stop: int) -> _Player:
        if cue.sidechain is not None:
            return cls(cue, _compressed(cue, channels, stop), False, _identity(channels), ())
        return cls(cue, _source(cue, stop), cue_loops(cue), _bus_factors(cue, channels), cue.gain_keys)

    def passage(self, begin: int, end: int, stretch_start: int) -> Passage:
        """What is heard from `begin` to `end`, record clock."""
        cue, offset = self.cue, begin - self.cue.start_sample
        comes, goes = fade_curves(cue)
        going = cue.length_samples - cue.fade_out_samples - offset
        return Passage(
            part=self.part,
            start=begin - stretch_start,
            samples=end - begin,
            offset=offset,
            loops=self.loops,
            shares=self.shares,
            gains=tuple(gain_lines(self.keys, begin, end)),
            fade_in=Fade(comes, cue.fade_in_samples, -offset) if offset < cue.fade_in_samples else None,
            fade_out=Fade(goes, cue.fade_out_samples, going) if going < end - begin else None,
        )


def _bus_factors(cue: Cue, channels: int) -> tuple[tuple[float, ...], ...]:
    gain = 10 ** (cue.gain_db / 20)
    return tuple(tuple(gain * float(share) for share in shares) for shares in cue_shares(cue, channels))


def _identity(channels: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(one == other) for other in range(channels)) for one in range(channels))


def _source(cue: Cue, stop: int) -> SourcePart:
    loops = cue_loops(cue)
    samples = min(cue.length_samples, stop - cue.start_sample)
    if samples > _LONG:
        samples = -(-samples // STRETCH) * STRETCH
    head, tail = cue.reflected_head_samples, cue.reflected_tail_samples
    return SourcePart(
        cue.sound,
        cue.in_offset_samples,
        _source_end(cue),
        None if loops else samples,
        tempo=cue.tempo,
        stretch=cue.stretch,
        loop_crossfade_samples=cue.loop_crossfade_samples if loops else 0,
        reflected_samples=cue.length_samples - head - tail if head or tail else 0,
        reflected_head_samples=head,
        reflected_tail_samples=tail,
        least_samples=_least_samples(cue) if loops else 0,
    )


def _compressed(cue: Cue, channels: int, stop: int) -> CompressedPart:
    from stitcher.sound.cue_filters import SIDECHAIN_TAIL

    assert cue.sidechain is not None
    samples = min(cue.length_samples, stop - cue.start_sample)
    alone = replace(cue, sidechain=None, fade_in_samples=0, fade_out_samples=0)
    keys = tuple(sorted(cue.sidechain.keys, key=lambda key: (key.start_sample, key.length_samples)))
    return CompressedPart(
        _stretches([[alone]], channels, cue.start_sample, samples),
        _stretches([keys], channels, cue.start_sample, samples + SIDECHAIN_TAIL),
        cue.sidechain,
        samples,
        channels,
    )


def cue_loops(cue: Cue) -> bool:
    """Whether the cue needs its source more than once."""
    if not cue.loop:
        return False
    samples = _round_samples(cue)
    if samples is None:
        return True
    if cue.loop_crossfade_samples or cue.loop_end_samples is not None:
        return cue.length_samples > samples
    # Half a second of doubt: containers round durations, and a loop that is never reached costs nothing.
    return cue.length_samples * cue.tempo > samples - SAMPLE_RATE // 2


def _round_samples(cue: Cue) -> int | None:
    """How much of its source a loop plays before it comes round; `None` when the file does not tell."""
    if cue.loop_end_samples is not None:
        return cue.loop_end_samples - cue.in_offset_samples
    return available_samples(cue)


def _source_end(cue: Cue) -> int | None:
    """Where in its source what is stretched or looped ends, where it is not the decoder's own end.

    The last packet of AAC and Opus is as long as all others, and the container tells how much of it is sound: MP4 to
    the sample, Matroska to the millisecond and only for AAC not to the decoder as well.
    """
    if cue.stretch != 1:
        return cue.in_offset_samples + round_half_up(cue.length_samples / cue.stretch)
    if cue.loop and cue.loop_end_samples is not None:
        return cue.loop_end_samples
    sound = cue.sound
    if not cue_loops(cue) or sound.stream.duration is None:
        return None
    is_exact = sound.container == "mov" or sound.stream.codec == "aac"
    return seconds_to_samples(sound.stream.duration) if is_exact else None


_EXACT = ("mov", "ogg")
"""Containers that declare their length to the sample."""


def _least_samples(cue: Cue) -> int:
    """How much a loop plays before it comes round where its decoder ends early, as FFmpeg's does by 128 samples in
    Vorbis that fits one Ogg page. More than declared is played: Ogg files put end to end declare the last one alone.
    """
    sound, end = cue.sound, cue.loop_end_samples
    if end is None and sound.container in _EXACT and sound.stream.duration is not None:
        end = seconds_to_samples(sound.stream.duration)
    return 0 if end is None else max(0, end - cue.in_offset_samples)
