"""A cut as a storyboard has it: one row of named shots, their own sounds, and the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.importers.cut import Cut, CutClip, CutTrack
from stitcher.importers.flatten import film_track
from stitcher.importers.losses import Unread
from stitcher.importers.own_sound import OwnSounds, sorted_sounds
from stitcher.importers.shape import on_its_clock, shaped
from stitcher.storyboard.from_clips import shot_names
from stitcher.storyboard.values import read_id


@dataclass(frozen=True, slots=True)
class FilmView:
    """A cut as one row of shots, with what is heard."""

    cut: Cut
    track: CutTrack
    ids: tuple[str, ...]
    sounds: OwnSounds
    unread: tuple[Unread, ...]

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
        cut = replace(cut, sounds=timed, by_timecode=False)
        return cls(cut, film, ids, sorted_sounds(film, timed, cut.rate), tuple(unread))


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
