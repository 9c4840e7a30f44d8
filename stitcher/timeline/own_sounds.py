"""Clips' own sound placed on samples: heard with its picture, and crossing at every seam with its neighbour's.

Two sounds cross with equal power. At a dissolve they do as long as the picture blends, at a cut within `JOIN_SAMPLES`
around it; `lead` and `tail` move the sound's cut away from the picture's, or make the crossing longer:

    cut            AAAAAAAAAA|BBBBBBBBBB        lead            AAAAAA|BBBBBBBBBBBBBB
                             x                                        x
    tail           AAAAAAAAAAAAAA|BBBBBB        lead and tail   AAAAAAAAAAAAAA
                                 x                                    BBBBBBBBBBBBBB

A clip that is used to its end has no sound of its own for the half of a join that lies beyond. It is heard backwards
for those milliseconds: that goes on without a step, at the same level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from stitcher.media.audible_streams import own_sound
from stitcher.media.clip import Clip, Sound
from stitcher.storyboard import model as written
from stitcher.storyboard.choices import Role
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import (
    SAMPLE_RATE,
    format_decimal,
    frames_to_samples,
    round_half_up,
    seconds_to_samples,
)
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue, Item
from stitcher.timeline.name_lists import counted_streams
from stitcher.timeline.picture import PictureFade, Transition
from stitcher.timeline.shots import shot_clips

EDGE_SAMPLES = SAMPLE_RATE // 200
"""How long a sound takes to come and go at a hard edge (5 ms): a wave that is cut off in its swing clicks."""
JOIN_SAMPLES = 2 * EDGE_SAMPLES
"""How long two sounds cross at a cut."""
_REACH_SAMPLES = SAMPLE_RATE // 20
"""How much of a sound may be missing at a seam (50 ms): generators' sound often ends a picture before their picture."""


def own_sounds(
    board: Storyboard,
    items: Sequence[Item],
    transitions: Sequence[Transition],
    rate: Fraction,
    *,
    media: MediaIndex,
    fades: Sequence[PictureFade] = (),
) -> tuple[Cue, ...]:
    """The sound inside the clips, where it is kept, crossing with its neighbours', or coming and going with a picture
    that fades. Of shots whose voice is in `media` that is heard instead, which begins when their own sound does; of
    those that play backwards, what `media` has of their sound backwards.

    Raises `PlanError` with every sound stream that a clip has not, and with each `lead` and `tail` that it has no sound
    for.
    """
    issues = IssueCollector(board)
    heard = [
        _heard(board, index, item, rate=rate, media=media, issues=issues) for index, item in enumerate(items)
    ]
    for one, item in zip(heard, items, strict=True):
        one.rises = 0 if one.lead else _faded_samples(fades, item, "in", rate)
        one.falls = 0 if one.tail else _faded_samples(fades, item, "out", rate)
        if one.base is not None and (voice := media.voices.get(one.shot)) is not None:
            one.base = replace(one.base, sound=voice)
    issues.raise_any()
    for (earlier, later), transition in zip(pairwise(heard), transitions, strict=True):
        _Seam(earlier, later, bool(transition.frames), issues).cross()
    _check_ends(heard, issues)
    issues.raise_any()
    return tuple(
        part for one in heard if one.base is not None for part in _paused(one.cue(one.base), one.pauses)
    )


def _paused(cue: Cue, pauses: Sequence[range]) -> Iterator[Cue]:
    """The sound of a shot in parts, between pictures that are frozen."""
    for pause in pauses:
        played = pause.start - cue.start_sample
        if played <= 0 or pause.stop >= cue.stop_sample:
            continue
        yield replace(
            cue,
            length_samples=played,
            fade_in_samples=min(cue.fade_in_samples, played // 2),
            fade_out_samples=min(EDGE_SAMPLES, played // 2),
            reflected_tail_samples=0,
        )
        left = cue.stop_sample - pause.stop
        taken = round_half_up((played - cue.reflected_head_samples) * cue.tempo)
        cue = replace(
            cue,
            start_sample=pause.stop,
            length_samples=left,
            in_offset_samples=cue.in_offset_samples + taken,
            fade_in_samples=min(EDGE_SAMPLES, left // 2),
            fade_out_samples=min(cue.fade_out_samples, left // 2),
            reflected_head_samples=0,
        )
    yield cue


def _faded_samples(
    fades: Sequence[PictureFade], item: Item, direction: Literal["in", "out"], rate: Fraction
) -> int:
    """For how many samples the sound of a shot comes or goes with its picture; 0 where it does not fade."""
    for fade in fades:
        if fade.shot == item.shot and fade.direction == direction:
            return frames_to_samples(fade.record.stop, rate) - frames_to_samples(fade.record.start, rate)
    return 0


@dataclass(slots=True)
class _Heard:
    """What is heard of one shot, as it is being settled. Positions are samples of the film."""

    where: Location
    """Of its `sound` in the storyboard."""
    shot: str
    picture: range
    """Where it is seen."""
    base: Cue | None
    """Its sound as long as its picture; `None` for a shot without."""
    lead: int
    tail: int
    pauses: tuple[range, ...] = ()
    """Where a picture of it is frozen."""
    begin: int = 0
    end: int = 0
    fade_in: int = 0
    fade_out: int = 0
    rises: int = 0
    """For how long it comes with its picture; 0 where that does not fade, or is led by the sound."""
    falls: int = 0
    """For how long it goes with its picture, likewise."""

    def __post_init__(self) -> None:
        self.begin, self.end = self.picture.start, self.picture.stop
        if self.base is not None:
            self.begin, self.end = self.base.start_sample, self.base.stop_sample
            self.fade_in = self.fade_out = min(EDGE_SAMPLES, self.base.length_samples // 2)

    def missing(self, begin: int, end: int) -> tuple[int, int]:
        """Samples its source lacks at both sides to be heard from `begin` to `end`."""
        base = self.base
        if base is None:
            return 0, 0
        first = base.start_sample - int(base.in_offset_samples / base.tempo)
        duration = base.sound.stream.duration
        if duration is None:
            return max(0, first - begin), 0
        left = seconds_to_samples(duration) - base.in_offset_samples
        frozen = sum(map(len, self.pauses))
        last = max(base.stop_sample, base.start_sample + int(left / base.tempo) + frozen)
        return max(0, first - begin), max(0, end - last)

    def cue(self, base: Cue) -> Cue:
        """The cue that its sound has become."""
        head, tail = self.missing(self.begin, self.end)
        skipped = round_half_up((self.begin + head - base.start_sample) * base.tempo)
        length = self.end - self.begin
        # A blend as long as the sound leaves room for the hard edge at its other side.
        fade_in = min(self.fade_in, length - min(self.fade_out, EDGE_SAMPLES))
        fade_out = min(self.fade_out, length - fade_in)
        if self.rises:
            # What begins after its picture is heard when that has come so far.
            fade_in = max(fade_in, min(length, self.rises - (self.begin - self.picture.start)))
        if self.falls:
            fade_out = max(fade_out, min(length, self.falls - (self.picture.stop - self.end)))
        return replace(
            base,
            start_sample=self.begin,
            length_samples=length,
            in_offset_samples=max(0, base.in_offset_samples + skipped),
            fade_in_samples=fade_in,
            fade_out_samples=fade_out,
            fade_in_curve="linear" if self.rises else base.fade_in_curve,
            fade_out_curve="linear" if self.falls else base.fade_out_curve,
            reflected_head_samples=head,
            reflected_tail_samples=tail,
        )


@dataclass(frozen=True, slots=True)
class _Seam:
    """What becomes of two neighbours' sound where one shot follows the other."""

    earlier: _Heard
    later: _Heard
    blends: bool
    """Whether both are seen at the same time for a while."""
    issues: IssueCollector

    def cross(self) -> None:
        earlier, later = self.earlier, self.later
        begin, end = later.picture.start - later.lead, earlier.picture.stop + earlier.tail
        if earlier.base is None or later.base is None or earlier.falls or later.rises:
            self._alone(begin, end)
            return
        if _goes_on(earlier.base, later.base) and begin == end:
            # Frames are not always whole samples: rounding may not skip or repeat one.
            offset = earlier.base.in_offset_samples + earlier.base.length_samples
            later.base = replace(later.base, in_offset_samples=offset)
            earlier.fade_out = later.fade_in = 0
            return
        if not self.blends and not (later.lead and earlier.tail):
            middle = begin if later.lead else end
            begin, end = middle - EDGE_SAMPLES, middle + EDGE_SAMPLES
        if self._may_cross(begin, end):
            later.begin, later.fade_in = begin, end - begin
            earlier.end, earlier.fade_out = end, end - begin
        elif self.blends:
            self._alone(begin, end)

    def _alone(self, begin: int, end: int) -> None:
        """Without a neighbour to cross with, a sound is heard as the picture is seen, as far as there is any."""
        earlier, later = self.earlier, self.later
        if later.base is not None:
            if later.lead and begin < earlier.begin:
                self._refuse("lead", f"reaches beyond the shot before it, {earlier.shot!r}.")
            elif later.lead and self._has("lead", begin, later.end):
                later.begin = begin
            if self.blends:
                later.fade_in = max(later.fade_in, end - later.begin)
        if earlier.base is not None:
            if earlier.tail and end > later.end:
                self._refuse("tail", f"reaches beyond the shot after it, {later.shot!r}.")
            elif earlier.tail and self._has("tail", earlier.begin, end):
                earlier.end = end
            if self.blends:
                earlier.fade_out = max(earlier.fade_out, earlier.end - begin)

    def _may_cross(self, begin: int, end: int) -> bool:
        """Whether both have sound for it, but for so little that it can be made up; refused where it was asked for."""
        earlier, later = self.earlier, self.later
        if later.lead and begin < earlier.begin + earlier.fade_in:
            self._refuse("lead", f"reaches beyond the shot before it, {earlier.shot!r}.")
            return False
        if earlier.tail and end > later.end - EDGE_SAMPLES:
            self._refuse("tail", f"reaches beyond the shot after it, {later.shot!r}.")
            return False
        has_lead, has_tail = self._has("lead", begin, later.end), self._has("tail", earlier.begin, end)
        return has_lead and has_tail

    def _has(self, key: Literal["lead", "tail"], begin: int, end: int) -> bool:
        """Whether the sound that leads or goes on lacks little enough; refused where more was asked for."""
        heard = self.later if key == "lead" else self.earlier
        missing = heard.missing(begin, end)
        if max(missing) <= _REACH_SAMPLES and 4 * sum(missing) <= end - begin:
            return True
        base, asked = heard.base, heard.lead if key == "lead" else heard.tail
        if base is not None and asked:
            before, after = base.start_sample - begin - missing[0], end - base.stop_sample - missing[1]
            has = (
                f"{_seconds(before)} of sound before"
                if key == "lead"
                else f"{_seconds(after)} of sound after"
            )
            cut = "'in' later" if key == "lead" else "'out' earlier"
            self._refuse(
                key, f"asks for {_seconds(asked)}, and the clip has {has} what is seen of it: set {cut}."
            )
        return False

    def _refuse(self, key: Literal["lead", "tail"], message: str) -> None:
        heard = self.later if key == "lead" else self.earlier
        self.issues.add((*heard.where, key), f"shot {heard.shot!r}: {key!r} {message}")


def _seconds(samples: int) -> str:
    return f"{format_decimal(Fraction(samples, SAMPLE_RATE), 3)}s"


def _check_ends(heard: Sequence[_Heard], issues: IssueCollector) -> None:
    """Note what is asked of shots that cannot be heard before or after their picture."""
    for number, one in enumerate(heard):
        if one.where[0] != "shots":
            continue
        for key, asked, last in (("lead", one.lead, 0), ("tail", one.tail, len(heard) - 1)):
            if asked and one.base is None:
                issues.add(
                    (*one.where, key), f"shot {one.shot!r}: {key!r} is for a shot with sound: remove it."
                )
            elif asked and number == last:
                nothing = "nothing before the first" if key == "lead" else "nothing after the last"
                issues.add((*one.where, key), f"shot {one.shot!r}: there is {nothing} shot: remove {key!r}.")


def _goes_on(earlier: Cue, later: Cue) -> bool:
    """Whether the later cue plays, without a gap, what comes next in the earlier one's source."""
    step = later.in_offset_samples - earlier.in_offset_samples - earlier.length_samples
    return (
        earlier.stop_sample == later.start_sample
        and abs(step) <= 1
        and earlier.sound == later.sound
        and earlier.tempo == later.tempo == 1
        and earlier.gain_db == later.gain_db
    )


def sounds_backwards(board: Storyboard, media: MediaIndex) -> tuple[Sound, ...]:
    """The own sounds of clips that are heard backwards, each once."""
    clips = dict(shot_clips(board, media))
    found = []
    for shot in board.shots:
        clip, own = clips.get(shot.id), shot.sound
        if not (shot.reverse and shot.enabled) or own is None or clip is None:
            continue
        if own.keep and clip.audio and (own.stream or 1) <= len(clip.audio):
            found.append(own_sound(clip, own.stream))
    return tuple(dict.fromkeys(found))


def _heard(
    board: Storyboard, index: int, item: Item, *, rate: Fraction, media: MediaIndex, issues: IssueCollector
) -> _Heard:
    """A shot's sound as long as its picture."""
    shot = board.shots[index]
    own = shot.sound or board.defaults.sound
    where: Location = ("shots", index, "sound") if shot.sound is not None else ("defaults", "sound")
    lead, tail = (time.to_samples(rate) if shot.enabled else 0 for time in (own.lead, own.tail))
    clip = item.clip
    base = None
    # Backwards it is heard where that is asked for.
    keep = own.keep and (item.retiming.backwards_from is None or shot.sound is not None)
    if keep and clip is not None and clip.audio:
        has = len(clip.audio)
        if own.stream is not None and own.stream > has:
            issues.add(
                (*where, "stream"),
                f"shot {shot.id!r}: 'stream' is {own.stream}, and {clip.name} has {counted_streams(has)}.",
            )
        else:
            base = _with_picture(item, clip, own, role=board.base_role(own.role), rate=rate, media=media)
    picture = range(
        *(frames_to_samples(at, rate) for at in (item.record_range.start, item.record_range.stop))
    )
    return _Heard(where, shot.id, picture, base, lead=lead, tail=tail, pauses=_pauses(item, rate))


def _pauses(item: Item, rate: Fraction) -> tuple[range, ...]:
    """Where a picture of a shot is frozen, in samples of the film."""
    later = item.record_start - item.source_range.start
    pauses = [pause.shifted(later).intersection(item.record_range) for pause in item.retiming.pauses()]
    return tuple(
        range(frames_to_samples(one.start, rate), frames_to_samples(one.stop, rate)) for one in pauses
    )


def _with_picture(
    item: Item, clip: Clip, own: written.OwnSound, *, role: Role, rate: Fraction, media: MediaIndex
) -> Cue | None:
    sound = own_sound(clip, own.stream)
    first_picture = clip.video.pts[0] * clip.video.time_base - sound.stream.start
    offset = first_picture + item.source_range.start / rate * item.speed
    last = item.retiming.backwards_from
    if last is not None:
        turned = media.backwards.get(sound)
        if turned is None or turned.stream.duration is None:
            return None
        sound = turned
        shown = (last + 1 - item.source_range.start) / rate * item.speed
        offset = turned.stream.duration - first_picture - shown
    stream = sound.stream
    # A stream that begins after the first visible picture is heard that much later in the film.
    late = max(Fraction(0), -offset) / item.speed
    offset = max(Fraction(0), offset)
    record = item.record_range
    start = frames_to_samples(record.start, rate) + seconds_to_samples(late)
    stop = frames_to_samples(record.stop, rate)
    if stream.duration is not None:
        frozen = sum(map(len, _pauses(item, rate)))
        stop = min(stop, start + frozen + seconds_to_samples((stream.duration - offset) / item.speed))
    if stop <= start:
        return None
    return Cue(
        name=item.shot,
        role=role,
        sound=sound,
        start_sample=start,
        length_samples=stop - start,
        in_offset_samples=seconds_to_samples(offset),
        gain_db=own.gain,
        tempo=item.speed,
        shot=item.shot,
        role_name="" if own.role == role else own.role,
    )
