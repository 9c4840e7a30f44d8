"""Fades on frames: what of a film comes out of a colour or goes into one, and what is heard of it meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import log10

from stitcher.storyboard import model as written
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import FrameRange, frames_to_samples
from stitcher.timeline.ducking import summed, within
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Cue, GainKey, Item
from stitcher.timeline.picture import PictureFade, Transition

_SILENT_DB = -96.0
_SHARES = (1 / 256, 1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 5 / 8, 3 / 4, 7 / 8)
"""Where along a fade its sound has key frames. Between them straight lines in decibels keep within 0.2 dB of a straight
line in amplitude, from an eighth on."""


def lay_fades(
    board: Storyboard, items: Sequence[Item], transitions: Sequence[Transition], rate: Fraction
) -> tuple[PictureFade, ...]:
    """The fades of a film, in order. Raises `PlanError` with every one that there is no room for."""
    layout = _FadeLayout(rate, IssueCollector(board))
    for index, (shot, item) in enumerate(zip(board.shots, items, strict=True)):
        comes_in = transitions[index - 1] if index else None
        goes_out = transitions[index] if index < len(transitions) else None
        if shot.enabled:
            layout.add(("shots", index, "fade_in"), shot.fade_in, item.record_range, item.shot, comes_in)
            layout.add(("shots", index, "fade_out"), shot.fade_out, item.record_range, item.shot, goes_out)
    whole = FrameRange(0, items[-1].record_range.stop)
    layout.add(("fade_in",), board.fade_in, whole)
    layout.add(("fade_out",), board.fade_out, whole)
    return layout.in_order()


@dataclass(slots=True)
class _FadeLayout:
    rate: Fraction
    issues: IssueCollector
    placed: list[tuple[PictureFade, Location]] = field(default_factory=list)

    def add(
        self,
        key: Location,
        fade: written.ColourFade | None,
        seen: FrameRange,
        shot: str = "",
        join: Transition | None = None,
    ) -> None:
        """The fade at a key of the storyboard, of a shot or of the film, which is seen in these frames."""
        if fade is None:
            return
        frames = fade.duration.to_frames(self.rate)
        if join is not None and join.frames:
            self._refuse(
                key, shot, f"{key[-1]!r} stands where it dissolves ({join}): make that a cut, or keep one."
            )
        elif frames < 1:
            self._refuse(key, shot, f"{fade.duration} is less than a frame.")
        elif frames > len(seen):
            self._refuse(key, shot, f"the fade needs {frames} frames, and there are {len(seen)}.")
        elif key[-1] == "fade_in":
            record = FrameRange(seen.start, seen.start + frames)
            self.placed.append((PictureFade(record, "in", fade.colour, shot), key))
        else:
            record = FrameRange(seen.stop - frames, seen.stop)
            self.placed.append((PictureFade(record, "out", fade.colour, shot), key))

    def in_order(self) -> tuple[PictureFade, ...]:
        """All of them; no frame of the film may have two."""
        self.placed.sort(key=lambda one: (one[0].record.start, one[0].record.stop))
        for (earlier, _), (later, key) in pairwise(self.placed):
            if earlier.record.intersection(later.record):
                other = f"the {earlier} of {_who(earlier.shot)}"
                self._refuse(
                    key, later.shot, f"its {later} runs into {other}: make one shorter, or remove it."
                )
        self.issues.raise_any()
        return tuple(fade for fade, _ in self.placed)

    def _refuse(self, key: Location, shot: str, message: str) -> None:
        self.issues.add(key, f"{_who(shot)}: {message}")


def _who(shot: str) -> str:
    return f"shot {shot!r}" if shot else "the film"


def faded(cues: Sequence[Cue], fades: Sequence[PictureFade], rate: Fraction) -> tuple[Cue, ...]:
    """The cues of a film, coming and going with it where the film itself fades."""
    made = tuple(cues)
    for fade in fades:
        if not fade.shot:
            keys = tuple(_gain_keys(fade, rate))
            made = tuple(_with_gain(cue, keys) for cue in made)
    return made


def beside_fades(
    keys: Iterable[GainKey], fades: Sequence[PictureFade], rate: Fraction
) -> tuple[GainKey, ...]:
    """Those key frames of a sound that have nothing of the film's own fades in them."""
    left = tuple(keys)
    for fade in fades:
        if not fade.shot:
            start, stop = (frames_to_samples(frame, rate) for frame in (fade.record.start, fade.record.stop))
            after, before = (start - 1, stop) if fade.direction == "in" else (start, stop + 1)
            left = tuple(key for key in left if not after < key.sample < before)
    return left


def _gain_keys(fade: PictureFade, rate: Fraction) -> Iterator[GainKey]:
    start, stop = (frames_to_samples(frame, rate) for frame in (fade.record.start, fade.record.stop))
    levels = [(0.0, _SILENT_DB), *((share, 20 * log10(share)) for share in _SHARES), (1.0, 0.0)]
    if fade.direction == "out":
        levels = [(1 - share, level) for share, level in reversed(levels)]
    samples: set[int] = set()
    for share, level in levels:
        sample = start + round(share * (stop - start))
        if sample not in samples:
            samples.add(sample)
            yield GainKey(sample, level)


def _with_gain(cue: Cue, keys: tuple[GainKey, ...]) -> Cue:
    """A cue with the gain of these key frames on top of its own."""
    heard = within(keys, cue.start_sample, cue.stop_sample)
    return replace(cue, gain_keys=summed(cue.gain_keys, heard)) if heard else cue
