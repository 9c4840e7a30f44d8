"""Cues on tracks of their role, moved from samples to the film's frames. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from stitcher.exporters.handover import MediaFile, SoundItem, SoundTrack
from stitcher.exporters.levels import levels_of
from stitcher.exporters.losses import Loss
from stitcher.storyboard.choices import ROLES
from stitcher.timebase import SAMPLE_RATE, FrameRange, format_decimal, round_half_up
from stitcher.timeline.model import Cue, Timeline

_ON_GRID_SECONDS = Fraction(1, 2000)
"""A sound that is off by less than half a millisecond is where it belongs."""


@dataclass(frozen=True, slots=True)
class SoundSource:
    """The media that a cue plays."""

    media: MediaFile
    ahead: Fraction
    """Seconds of the media's clock at which the stream begins."""
    duration: Fraction | None
    """Seconds of the stream; `None` when the file does not tell."""
    stream: int = 0
    """Which of the media's sound streams it is, from 0."""


def sound_tracks(
    timeline: Timeline, source_of: Callable[[Cue], SoundSource]
) -> tuple[tuple[SoundTrack, ...], tuple[Loss, ...]]:
    """The film's sound, role by role, and what is lost by laying it on frames."""
    layer = _Layer(timeline, source_of)
    by_stem: dict[tuple[int, str], list[SoundItem]] = {}
    for cue in sorted(timeline.cues, key=lambda cue: cue.start_sample):
        for item in layer.items(cue):
            by_stem.setdefault((ROLES.index(cue.role), cue.stem), []).append(item)
    tracks = []
    for (role, stem), items in sorted(by_stem.items()):
        lanes = _lanes(items)
        tracks += [
            SoundTrack(stem.capitalize() + (f" {number}" if len(lanes) > 1 else ""), ROLES[role], tuple(lane))
            for number, lane in enumerate(lanes, start=1)
        ]
    return tuple(tracks), tuple(layer.losses)


def _lanes(items: list[SoundItem]) -> list[list[SoundItem]]:
    """As many rows as sounds lie over each other, of as many channels, so that no track mixes mono and stereo."""
    lanes: list[list[SoundItem]] = []
    for item in sorted(items, key=lambda item: (item.record.start, item.record.stop)):
        free = (
            lane
            for lane in lanes
            if lane[-1].record.stop <= item.record.start and lane[-1].channels == item.channels
        )
        lane = next(free, None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(item)
    return lanes


def _processing(cue: Cue) -> Iterator[str]:
    """What the mix does to a sound that no run of its file says."""
    if cue.stretch != 1:
        yield "stretched"
    if cue.loop_end_samples is not None or cue.loop_crossfade_samples:
        yield "looped from within"
    if cue.reflected_head_samples or cue.reflected_tail_samples:
        yield "continued past its ends"
    if cue.sidechain is not None:
        yield "compressed by another"


@dataclass(slots=True)
class _Layer:
    timeline: Timeline
    source_of: Callable[[Cue], SoundSource]
    losses: list[Loss] = field(default_factory=list)

    def items(self, cue: Cue) -> Iterator[SoundItem]:
        """A cue, once or, where it loops, as often as it begins again."""
        source = self.source_of(cue)
        stop = min(cue.stop_sample, self.timeline.samples)
        period = self._period(cue, source)
        start = cue.start_sample
        if len(source.media.channels) > 1:
            self.losses.append(Loss("channels", cue.name))
        if done := ", ".join(_processing(cue)):
            self.losses.append(Loss("processing", cue.name, done))
        while start < stop:
            end = stop if period is None else min(stop, start + period)
            item = self._item(cue, source, start, end)
            if item is not None:
                yield item
            start = end

    def _period(self, cue: Cue, source: SoundSource) -> int | None:
        """Samples of the film after which it begins again; `None` for a cue that plays once."""
        if not cue.loop:
            return None
        if source.duration is None:
            self.losses.append(Loss("loop", cue.name))
            return None
        heard = (source.duration * SAMPLE_RATE - cue.in_offset_samples) / cue.tempo
        return max(1, round_half_up(heard))

    def _item(self, cue: Cue, source: SoundSource, start: int, stop: int) -> SoundItem | None:
        """The samples from `start` to `stop` of the film, played from the beginning of what the cue plays."""
        rate = self.timeline.rate
        first, last = (round_half_up(Fraction(at) * rate / SAMPLE_RATE) for at in (start, stop))
        # Where it begins in the media, moved as far as it was moved in the film.
        moved = first / rate - Fraction(start, SAMPLE_RATE)
        begins = source.ahead + Fraction(cue.in_offset_samples, SAMPLE_RATE)
        wanted = (begins / cue.tempo + moved) * rate
        offset = max(0, round_half_up(wanted))
        available = source.media.frames * rate / source.media.rate / cue.tempo
        if last <= first or offset >= available:
            return None
        late = abs(offset - wanted) / rate
        if late >= _ON_GRID_SECONDS:
            self.losses.append(
                Loss("off-grid", cue.name, f"{format_decimal(late * 1000, 1)} ms off the sample")
            )
        record = FrameRange(first, min(last, first + max(1, int(available) - offset)))
        return SoundItem(
            name=cue.name,
            media=source.media,
            stream=source.stream,
            channels=min(cue.sound.channels, 2) if cue.sound.right is None else 2,
            record=record,
            source=FrameRange(offset, offset + len(record)),
            available=FrameRange(0, max(int(available), offset + len(record))),
            levels=levels_of(cue, record, rate),
            cue=cue,
            speed=cue.tempo,
            pan=cue.pan,
            shot=cue.shot,
            start_sample=start,
            source_sample=cue.in_offset_samples,
            length_samples=stop - start,
            begins=begins,
        )
