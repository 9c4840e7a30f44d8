"""A cut as a storyboard has it: one row of named shots, their own sounds, and the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from stitcher.importers.cut import Cut, CutClip, CutTrack
from stitcher.importers.flatten import film_track
from stitcher.importers.levels import fades_of, with_fades
from stitcher.importers.losses import Unread
from stitcher.importers.own_sound import OwnSounds, sorted_sounds
from stitcher.importers.shape import on_its_clock, shaped
from stitcher.storyboard.from_clips import shot_names
from stitcher.storyboard.values import read_id
from stitcher.timebase import FrameRange


@dataclass(frozen=True, slots=True)
class FilmView:
    """A cut as one row of shots, with what is heard."""

    cut: Cut
    track: CutTrack
    ids: tuple[str, ...]
    sounds: OwnSounds
    unread: tuple[Unread, ...]

    @property
    def end(self) -> int:
        """Where the film ends, record clock."""
        return self.track.clips[-1].record.stop if self.track.clips else 0

    @classmethod
    def of(cls, cut: Cut) -> FilmView:
        """The view of a cut."""
        unread: list[Unread] = list(cut.unread)
        film, lost = film_track(cut.pictures, cut.rate)
        film, reshaped = shaped(film, cut.rate, by_timecode=cut.by_timecode)
        unread += (*lost, *reshaped)
        ids = shot_ids(film.clips, unread)
        timed = tuple(
            replace(
                track,
                clips=tuple(
                    on_its_clock(clip, cut.rate, unread, by_timecode=cut.by_timecode) for clip in track.clips
                ),
            )
            for track in cut.sounds
        )
        timed = tuple(_within_film(track, film, cut.rate, unread) for track in timed)
        cut = replace(cut, sounds=timed, by_timecode=False)
        return cls(cut, film, ids, sorted_sounds(film, timed, cut.rate), tuple(unread))


def _within_film(track: CutTrack, film: CutTrack, rate: Fraction, unread: list[Unread]) -> CutTrack:
    """Sounds no longer than there is a picture."""
    end = film.clips[-1].record.stop if film.clips else 0
    kept: list[CutClip] = []
    for clip in track.clips:
        if clip.record.stop <= end:
            kept.append(clip)
            continue
        unread.append(Unread("past-film", clip.name))
        if clip.record.start < end:
            shorter = clip.within(FrameRange(clip.record.start, end), rate)
            goes = fades_of(clip.levels, len(clip.record)).fade_out
            if goes:
                # It goes as it did, by the end of the film.
                earlier = [level for level in clip.levels if level.frame < len(shorter.record) - goes]
                levels = with_fades(earlier or clip.levels[:1], len(shorter.record), 0, goes)
                shorter = replace(shorter, levels=levels)
            kept.append(shorter)
    return replace(track, clips=tuple(kept))


def shot_ids(clips: Sequence[CutClip], unread: list[Unread]) -> tuple[str, ...]:
    """A name for each shot: its own where it can have it, no two alike even without regard to capitals."""
    wanted = []
    for clip in clips:
        name = clip.shot or clip.name or ("black" if clip.media is None else clip.media.name)
        try:
            wanted.append(read_id(name))
        except ValueError:
            file = clip.media is not None and clip.name.endswith(Path(clip.media.name).suffix)
            wanted.append(shot_names([Path(name if file else f"{name.replace('/', '-')}.x")])[0])
            if not file:
                unread.append(Unread("name", name, wanted[-1]))
    taken: set[str] = set()
    ids = []
    for name in wanted:
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name[:58]}-{number}", number + 1
        taken.add(free.casefold())
        ids.append(free)
    return tuple(ids)
