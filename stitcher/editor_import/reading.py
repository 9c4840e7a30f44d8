"""Cuts and storyboards read as cuts, with what their files themselves say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import MediaError
from stitcher.importers.cut import Cut, CutClip, CutMedia, CutTrack
from stitcher.importers.find_media import MediaFinder
from stitcher.timebase import parse_timecode

if TYPE_CHECKING:
    from stitcher.media.clip import Clip
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline


def cut_of_film(timeline: Timeline, board: Storyboard | None = None) -> Cut:
    """A film of ours as a cut, with what its storyboard says of how it is seen."""
    from stitcher.exporters.cut import handover_of
    from stitcher.exporters.picture_keys import film_keys, shot_keys
    from stitcher.importers.from_handover import cut_of

    if board is None:
        return cut_of(handover_of(timeline))
    cut = cut_of(handover_of(timeline, keys=shot_keys(board, timeline.rate)))
    return replace(cut, keys=film_keys(board, timeline.rate))


def same_files(cut: Cut, other: Cut) -> Cut:
    """The cut, with files that are those of another cut called as there: under a second name, or not found here."""
    from stitcher.importers.match import KnownFiles

    known = {number: media for media in other.media if (number := _number(media)) is not None}
    files = KnownFiles(other.media)

    def settled(media: CutMedia) -> CutMedia:
        number = _number(media)
        if number is not None:
            same = known.get(number)
            return media if same is None else replace(media, address=same.address)
        same = files.same_as(media)
        if same is None:
            return media
        return replace(same, name=media.name, reel=media.reel, original=media.original or same.original)

    return _with_facts(cut, {media: settled(media) for media in cut.media})


def _number(media: CutMedia) -> tuple[int, int] | None:
    """What the file system knows a file by."""
    try:
        status = os.stat(media.address) if os.path.isabs(media.address) else None
    except (OSError, ValueError):
        return None
    return None if status is None else (status.st_dev, status.st_ino)


def read_with_media(
    cut: Path, *, rate: Fraction | None = None, media: Sequence[Path] = ()
) -> tuple[Cut, Mapping[CutMedia, Path]]:
    """A cut, with what its files themselves say, and where they are.

    Raises what `importers.read.read_cut` raises.
    """
    from stitcher.importers.read import read_cut

    finder = MediaFinder(cut, media)
    read = read_cut(cut, rate, rate_of=lambda names: _common_rate(finder, names))
    return with_media(read, finder)


def with_media(read: Cut, finder: MediaFinder) -> tuple[Cut, Mapping[CutMedia, Path]]:
    """A cut, with what its files themselves say, and where they are."""
    found = {one: path for one in read.media if (path := finder.find(one)) is not None}
    facts = {one: _looked_into(one, path) for one, path in found.items()}
    return _with_facts(read, facts), {facts[one]: path for one, path in found.items()}


def _common_rate(finder: MediaFinder, names: Sequence[str]) -> Fraction | None:
    """The rate of all clips of these names that are found, if they have one."""
    from stitcher.media.probe import probe

    rates = set()
    for path in filter(None, map(finder.find_name, names)):
        try:
            rates.add(probe(path).video.rate)
        except MediaError:
            continue
    return rates.pop() if len(rates) == 1 else None


def _looked_into(media: CutMedia, path: Path) -> CutMedia:
    """What is said of a file, corrected by the file itself; one that cannot be used stays as it is said."""
    from stitcher.media.probe import probe, probe_sound

    if media.has_picture:
        try:
            clip = probe(path)
            return replace(
                media,
                rate=clip.video.rate,
                frames=clip.video.frames,
                has_sound=bool(clip.audio),
                size=clip.video.shown_size,
                first=_first_number(clip),
                address=str(path),
            )
        except MediaError:
            pass
    try:
        duration = probe_sound(path).stream.duration
    except MediaError:
        return media
    # Its length in samples is exact where that in pictures is not.
    frames = None if duration is None else int(duration * 48_000)
    return replace(media, rate=Fraction(48_000), frames=frames, has_picture=False, address=str(path))


def _first_number(clip: Clip) -> Fraction:
    """Seconds that a clip's own timecode has at its first picture."""
    rate = clip.video.rate
    if not clip.timecode or rate is None:
        return Fraction(0)
    return parse_timecode(clip.timecode, rate) / rate


def _with_facts(cut: Cut, facts: Mapping[CutMedia, CutMedia]) -> Cut:
    def settled(clip: CutClip) -> CutClip:
        return clip if clip.media is None else replace(clip, media=facts.get(clip.media, clip.media))

    def tracks(some: Sequence[CutTrack]) -> tuple[CutTrack, ...]:
        return tuple(replace(track, clips=tuple(map(settled, track.clips))) for track in some)

    return replace(cut, pictures=tracks(cut.pictures), sounds=tracks(cut.sounds))
