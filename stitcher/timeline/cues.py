"""Cues of a storyboard placed on samples.

Sound ends with the picture: what would be heard after the last frame is cut off there, and a cue's fade-out then
ends with the film.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from stitcher.errors import PlanError
from stitcher.media.audible_streams import numbered
from stitcher.media.clip import Sound
from stitcher.storyboard import model as written
from stitcher.storyboard.model import Anchor, Storyboard
from stitcher.storyboard.suggest import unknown_name
from stitcher.timebase import SAMPLE_RATE, FrameRange, format_decimal, frames_to_samples, seconds_to_samples
from stitcher.timeline.anchors import Places
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue
from stitcher.timeline.name_lists import counted_streams
from stitcher.timeline.own_sounds import EDGE_SAMPLES

_UNHEARD_SAMPLES = SAMPLE_RATE // 20
"""Speech that loses less than this at its end (50 ms) loses nothing anybody hears."""


def placed_cues(
    board: Storyboard, places: Places, media: MediaIndex
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """The storyboard's cues, and what a report must say of them.

    Raises `PlanError` with every one that cannot be placed.
    """
    issues = IssueCollector(board)
    cues = []
    notes: list[str] = []
    for index, cue in enumerate(board.sound):
        sound = media.sounds.get(cue.file)
        if sound is None:
            raise PlanError(f"{str(cue.file)!r} has not been probed.")
        placer = _Placer(cue, ("sound", index), places, issues, sound)
        placed = placer.place()
        if placed is not None:
            cues.append(placed)
            notes += placer.notes
    issues.raise_any()
    return tuple(cues), tuple(notes)


@dataclass(slots=True)
class _Placer:
    """Places one cue; everything in samples."""

    cue: written.Cue
    where: tuple[str | int, ...]
    places: Places
    issues: IssueCollector
    sound: Sound
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
        if not 0 <= start < self.film:
            side = (
                "before the film begins"
                if start < 0
                else f"after the film's end ({self._seconds(self.film)})"
            )
            key = "at" if self.cue.at is not None else "from"
            self._refuse(key, f"begins at {self._seconds(start)}, {side}.")
            return None
        stop = self._stop(start, natural)
        if stop is None:
            return None
        length = min(stop, self.film) - start
        self._tell(start, stop, length)
        duration = self.sound.stream.duration
        cut_tail = self.cue.loop or duration is None or offset + length < seconds_to_samples(duration)
        fades = self._fades(length, cut_head=offset > 0, cut_tail=cut_tail)
        if fades is None:
            return None
        return Cue(
            name=self.name,
            role=self.cue.role,
            sound=self.sound,
            start_sample=start,
            length_samples=length,
            in_offset_samples=offset,
            loop=self.cue.loop,
            gain_db=self.cue.gain,
            fade_in_samples=fades[0],
            fade_out_samples=fades[1],
        )

    def _fades(self, length: int, *, cut_head: bool, cut_tail: bool) -> tuple[int, int] | None:
        """How it comes and goes; where it is cut into, and nothing is said, within `EDGE_SAMPLES`."""
        fades = (self.cue.fade_in.to_samples(self.rate), self.cue.fade_out.to_samples(self.rate))
        if sum(fades) > length:
            self._refuse(
                "fade_out" if fades[1] else "fade_in",
                f"is heard for {self._seconds(length)}, and its fades need {self._seconds(sum(fades))}.",
            )
            return None
        edge = min(EDGE_SAMPLES, (length - sum(fades)) // 2)
        written_keys = self.cue.model_fields_set
        return (
            edge if cut_head and "fade_in" not in written_keys else fades[0],
            edge if cut_tail and "fade_out" not in written_keys else fades[1],
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
        if self.cue.role == "dialogue" and stop - self.film > _UNHEARD_SAMPLES:
            self.notes.append(
                f"The line {self.name!r} is cut off by the film's end: it begins at {self._seconds(start)}, and of its "
                f"{self._seconds(stop - start)} {self._seconds(length)} are heard."
            )
        if self.sound.left_out > 0:
            self.notes.append(
                f"{self.sound.name} has {counted_streams(len(self.sound.streams))}, and the cue {self.name!r} "
                "plays the one players play; 'stream' chooses another."
            )

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
            if not self.cue.loop and stop - start > natural:
                self._refuse(
                    key,
                    f"has {self._seconds(natural)} to play, and 'length' is {self.cue.length}: write 'loop: true'.",
                )
                return None
        if stop is None:
            return self.film if self.cue.loop else start + natural
        if stop <= start:
            self._refuse(
                key, f"would end at {self._seconds(stop)}, before it begins at {self._seconds(start)}."
            )
            return None
        return stop if self.cue.loop else min(stop, start + natural)

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
