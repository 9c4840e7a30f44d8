"""A cue of a storyboard placed on samples.

Sound ends with the picture: what would be heard after the last frame is cut off there, and a cue's fade-out then
ends with the film.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from stitcher.media.audible_streams import numbered
from stitcher.media.clip import Sound
from stitcher.storyboard import model as written
from stitcher.storyboard.choices import Role
from stitcher.storyboard.model import Anchor, Position
from stitcher.storyboard.suggest import unknown_name
from stitcher.timebase import (
    SAMPLE_RATE,
    FrameRange,
    Time,
    format_decimal,
    frames_to_samples,
    round_half_up,
    seconds_to_samples,
)
from stitcher.timeline.anchors import Places
from stitcher.timeline.ducking import within
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Cue, GainKey
from stitcher.timeline.name_lists import counted_streams
from stitcher.timeline.own_sounds import EDGE_SAMPLES

_UNHEARD_SAMPLES = SAMPLE_RATE // 20
"""Speech that loses less than this at its end (50 ms) loses nothing anybody hears."""
_TRIM_SAMPLES = SAMPLE_RATE
"""How long a sound takes to go that is trimmed to fit (1 s)."""
_MOST_STRETCH = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Strikes:
    """When something strikes in a file, in seconds; where it is asked for."""

    onsets: tuple[Fraction, ...] = ()
    beats: tuple[Fraction, ...] = ()


@dataclass(slots=True)
class CuePlacer:
    """Places one cue; everything in samples."""

    cue: written.Cue
    where: tuple[str | int, ...]
    places: Places
    issues: IssueCollector
    sound: Sound
    strikes: Strikes
    role: Role
    notes: list[str] = field(default_factory=list)

    @property
    def rate(self) -> Fraction:
        return self.places.rate

    @property
    def film(self) -> int:
        return frames_to_samples(self.places.film_frames, self.rate)

    @property
    def name(self) -> str:
        return self.cue.name or self.sound.name

    def place(self) -> Cue | None:
        if not self._choose_stream():
            return None
        start = self._start()
        offset = self.cue.in_.to_samples(self.rate) if self.cue.in_ is not None else 0
        natural = self._natural(offset)
        if start is None or natural is None:
            return None
        if not self._begins_within(start):
            return None
        moved = self._by_pivot(start, offset, natural)
        moved = self._by_beat(*moved, anchor=start) if moved is not None else None
        if moved is None:
            return None
        start, offset, natural = moved
        stop = self._stop(start, natural)
        stretch = self._stretch(stop - start, natural) if stop is not None else None
        if stop is None or stretch is None or not self._may_cross(natural):
            return None
        length = min(stop, self.film) - start
        self._tell(start, stop, length)
        duration = self.sound.stream.duration
        end = offset + round_half_up(length / stretch)
        cut_tail = self.cue.loops or duration is None or end < seconds_to_samples(duration)
        fades = self._fades(length, cut_head=offset > 0, cut_tail=cut_tail)
        if fades is None:
            return None
        return Cue(
            name=self.name,
            role=self.role,
            sound=self.sound,
            start_sample=start,
            length_samples=length,
            in_offset_samples=offset,
            loop=self.cue.loops,
            gain_db=self.cue.gain,
            gain_keys=within(self._gain_keys(start), start, start + length),
            fade_in_samples=fades[0],
            fade_out_samples=fades[1],
            loop_end_samples=offset + natural if self.cue.loops and self.cue.out is not None else None,
            loop_crossfade_samples=self._crossfade,
            stretch=stretch,
            role_name="" if self.cue.role == self.role else self.cue.role,
            pan=self.cue.pan,
            fade_in_curve=self.cue.fade_in_curve,
            fade_out_curve=self.cue.fade_out_curve,
        )

    def _gain_keys(self, start: int) -> tuple[GainKey, ...]:
        """Its own key frames; of those that fall on one sample the last counts."""
        found = {start + key.at.to_samples(self.rate): key.gain for key in self.cue.gain_keys}
        if list(found) != sorted(found):
            self._refuse(
                "gain_keys", "has key frames that are not in order: each 'at' comes after the one before."
            )
        return tuple(GainKey(sample, found[sample]) for sample in sorted(found))

    def _begins_within(self, start: int) -> bool:
        """Whether it begins inside the film; refused otherwise."""
        if 0 <= start < self.film:
            return True
        side = "before the film begins" if start < 0 else f"after the film's end ({self._seconds(self.film)})"
        self._refuse(
            "at" if self.cue.at is not None else "from", f"begins at {self._seconds(start)}, {side}."
        )
        return False

    def _by_pivot(self, start: int, offset: int, natural: int) -> tuple[int, int, int] | None:
        """Start, offset and what there is to play, with the pivot's moment at `start`; `None` where it is refused."""
        if self.cue.pivot is None:
            return start, offset, natural
        moment = self._pivot(self.cue.pivot, offset, natural)
        early = self._early("pivot", start, moment - offset) if moment is not None else None
        if moment is None or early is None:
            return None
        return start + early - (moment - offset), offset + early, natural - early

    def _by_beat(self, start: int, offset: int, natural: int, *, anchor: int) -> tuple[int, int, int] | None:
        """The same, with a beat where it is to be aligned."""
        align = self.cue.align
        if align is None:
            return start, offset, natural
        at = self._anchor("align", align.to) if align.to is not None else anchor
        if at is None:
            return None
        moment, where = offset + at - start, repr(align.to.text) if align.to is not None else "its anchor"
        heard = [
            beat for beat in map(seconds_to_samples, self.strikes.beats) if offset <= beat < offset + natural
        ]
        if not heard:
            self._refuse("align", "has no steady beat in what is heard of it: remove 'align'.")
            return None
        if not offset <= moment < offset + natural:
            self._refuse("align", f"is not heard at {self._seconds(at)} ({where}), where its beat is to be.")
            return None
        beat = min(heard, key=lambda beat: abs(beat - moment))
        later = moment - beat
        if abs(later) > align.limit.to_samples(self.rate):
            self.notes.append(
                f"The sound {self.name!r} is not aligned: its beat nearest to {where} is {self._seconds(abs(later))} "
                f"from it, and 'limit' is {align.limit}."
            )
            return start, offset, natural
        early = self._early("align", start + later, 0)
        if early is None:
            return None
        if later:
            way = f"{self._seconds(abs(later))} {'later' if later > 0 else 'earlier'}"
            self.notes.append(
                f"The sound {self.name!r} is moved {way} ('align'): its beat at {self._seconds(beat)} of the file is "
                f"at {where} then."
            )
        return start + later + early, offset + early, natural - early

    def _pivot(self, pivot: Time | Literal["onset"], offset: int, natural: int) -> int | None:
        """The moment that lands on the anchor, in samples of the source."""
        if isinstance(pivot, Time):
            moment = pivot.to_samples(self.rate)
        else:
            strikes = [at for at in map(seconds_to_samples, self.strikes.onsets) if at >= offset]
            if not strikes:
                self._refuse(
                    "pivot", "has no moment at which something strikes; write it as a time (pivot: 1.2s)."
                )
                return None
            moment = strikes[0]
        if offset <= moment < offset + natural:
            return moment
        plays = f"{self._seconds(offset)} to {self._seconds(offset + natural)}"
        self._refuse("pivot", f"plays {plays} of its file, and 'pivot' is {self._seconds(moment)}.")
        return None

    def _early(self, key: str, anchor: int, before: int) -> int | None:
        """How much of what comes before the moment that lands on the anchor is left out: what would be heard before the
        film begins. A loop would come round to another moment then, and is refused.
        """
        early = max(0, before - anchor)
        if early and self.cue.loops:
            self._refuse(key, f"would begin {self._seconds(early)} before the film, and a loop begins whole.")
            return None
        return early

    @property
    def _crossfade(self) -> int:
        return self.cue.crossfade.to_samples(self.rate) if self.cue.crossfade is not None else 0

    def _may_cross(self, natural: int) -> bool:
        """Whether a loop is long enough to cross with itself; refused otherwise."""
        if 2 * self._crossfade <= natural:
            return True
        self._refuse(
            "crossfade",
            f"has {self._seconds(natural)} to loop, and a crossfade of {self.cue.crossfade} needs twice as much.",
        )
        return False

    def _stretch(self, span: int, natural: int) -> Fraction | None:
        """How many times as long it becomes, 1 where it is not stretched."""
        if self.cue.fit != "stretch":
            return Fraction(1)
        if self.sound.stream.duration is None:
            self._refuse("fit", "does not tell how long it is, so it cannot be stretched; make a WAV of it.")
            return None
        stretch = Fraction(span, natural)
        if abs(stretch - 1) > _MOST_STRETCH:
            self._refuse(
                "fit",
                f"has {self._seconds(natural)} and is to last {self._seconds(span)}: that is "
                f"{format_decimal(abs(stretch - 1) * 100, 1)} % {'more' if stretch > 1 else 'less'}, and stretching is "
                f"heard beyond {_MOST_STRETCH * 100} %. Move its ends, or write 'fit: loop' or 'fit: trim'.",
            )
            return None
        return stretch

    def _fades(self, length: int, *, cut_head: bool, cut_tail: bool) -> tuple[int, int] | None:
        """How it comes and goes: where it is cut into, and nothing is said, within milliseconds, or as `fit: trim`."""
        fades = (self.cue.fade_in.to_samples(self.rate), self.cue.fade_out.to_samples(self.rate))
        if sum(fades) > length:
            self._refuse(
                "fade_out" if fades[1] else "fade_in",
                f"is heard for {self._seconds(length)}, and its fades need {self._seconds(sum(fades))}.",
            )
            return None
        edge = min(EDGE_SAMPLES, (length - sum(fades)) // 2)
        edge_out = min(_TRIM_SAMPLES, (length - sum(fades)) // 2) if self.cue.fit == "trim" else edge
        written_keys = self.cue.model_fields_set
        return (
            edge if cut_head and "fade_in" not in written_keys else fades[0],
            edge_out if cut_tail and "fade_out" not in written_keys else fades[1],
        )

    def _choose_stream(self) -> bool:
        number, has = self.cue.stream, len(self.sound.streams)
        if number is None:
            return True
        if number > has:
            self._refuse("stream", f"has {counted_streams(has)}, and 'stream' is {number}.")
            return False
        self.sound = numbered(self.sound, number)
        return True

    def _tell(self, start: int, stop: int, length: int) -> None:
        over = self._over_its_shot(start, stop)
        if self.role == "dialogue" and stop - self.film > _UNHEARD_SAMPLES:
            self.notes.append(
                f"The line {self.name!r} is cut off by the film's end: it begins at {self._seconds(start)}, and of its "
                f"{self._seconds(stop - start)} {self._seconds(length)} are heard."
            )
        elif over > _UNHEARD_SAMPLES:
            after = f"{self._seconds(over)} after the shot {self._shot_of_line!r}"
            self.notes.append(
                f"The line {self.name!r} goes on for {after}: lengthen the shot, or begin earlier."
            )
        if self.sound.left_out > 0:
            self.notes.append(
                f"{self.sound.name} has {counted_streams(len(self.sound.streams))}, and the cue {self.name!r} "
                "plays the one players play; 'stream' chooses another."
            )

    @property
    def _shot_of_line(self) -> str | None:
        """The shot that a spoken line is anchored to."""
        if self.role != "dialogue":
            return None
        position = self.places.position(self.cue.at) if self.cue.at is not None else None
        if isinstance(position, Position) and position.base == "shot":
            return position.name
        return self.cue.from_

    def _over_its_shot(self, start: int, stop: int) -> int:
        """For how long a line goes on after the shot in which it begins; 0 where its end is written down."""
        record = self.places.shots.get(self._shot_of_line or "")
        if record is None or any((self.cue.to, self.cue.until, self.cue.length)):
            return 0
        begin, end = (frames_to_samples(frame, self.rate) for frame in (record.start, record.stop))
        return stop - end if begin <= start < end else 0

    def _start(self) -> int | None:
        if self.cue.at is not None:
            return self._anchor("at", self.cue.at)
        if self.cue.from_ is not None:
            record = self._shot("from", self.cue.from_)
            return frames_to_samples(record.start, self.rate) if record is not None else None
        return 0

    def _natural(self, offset: int) -> int | None:
        """Samples there are from `offset` on, `None` where it is refused; endless where the file does not tell."""
        duration = self.sound.stream.duration
        has = seconds_to_samples(duration) if duration is not None else None
        if has is not None and offset >= has:
            self._refuse("in", f"has {self._seconds(has)}, and 'in' is {self.cue.in_}.")
            return None
        if self.cue.out is None:
            return has - offset if has is not None else self.film
        out = self.cue.out.to_samples(self.rate)
        if has is not None and out > has:
            self._refuse("out", f"has {self._seconds(has)}, and 'out' is {self.cue.out}.")
            return None
        if out <= offset:
            self._refuse(
                "out", f"has nothing between 'in' ({self.cue.in_ or '0s'}) and 'out' ({self.cue.out})."
            )
            return None
        return out - offset

    def _stop(self, start: int, natural: int) -> int | None:
        stop: int | None = None
        key = "to"
        if self.cue.to is not None:
            record = self._shot("to", self.cue.to)
            if record is None:
                return None
            stop = frames_to_samples(record.stop, self.rate)
        elif self.cue.until is not None:
            key = "until"
            stop = self._anchor("until", self.cue.until)
            if stop is None:
                return None
        elif self.cue.length is not None:
            key = "length"
            stop = start + self.cue.length.to_samples(self.rate)
            if self.cue.fit is None and not self.cue.loop and stop - start > natural:
                self._refuse(
                    key,
                    f"has {self._seconds(natural)} to play, and 'length' is {self.cue.length}: write 'loop: true'.",
                )
                return None
        if stop is None:
            return self.film if self.cue.loops else start + natural
        if stop <= start:
            self._refuse(
                key, f"would end at {self._seconds(stop)}, before it begins at {self._seconds(start)}."
            )
            return None
        return stop if self.cue.loops or self.cue.fit == "stretch" else min(stop, start + natural)

    def _anchor(self, key: str, anchor: Anchor) -> int | None:
        position = self.places.position(anchor)
        if isinstance(position, str):
            self._refuse(key, f"is anchored to {anchor.text!r}: {position}")
            return None
        return self.places.sample(position)

    def _shot(self, key: str, shot: str) -> FrameRange | None:
        record = self.places.shots.get(shot)
        if record is None:
            self._refuse(
                key, f"names a shot that does not exist: {unknown_name('shot', shot, self.places.shots)}"
            )
        return record

    def _refuse(self, key: str, message: str) -> None:
        self.issues.add((*self.where, key), f"the sound {self.name!r} {message}")

    def _seconds(self, samples: int) -> str:
        return f"{format_decimal(Fraction(samples, SAMPLE_RATE), 3)}s"
