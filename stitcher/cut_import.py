"""A cut from an editor becomes a storyboard: read, its files found and looked into, written whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import InputError, MediaError, OutputError
from stitcher.importers.cut import Cut, CutClip, CutMedia, CutTrack
from stitcher.importers.losses import MEANINGS, Unread
from stitcher.timebase import parse_timecode

if TYPE_CHECKING:
    from stitcher.importers.find_media import MediaFinder
    from stitcher.media.clip import Clip


@dataclass(frozen=True, slots=True)
class Imported:
    """A storyboard that was made of a cut."""

    path: Path
    shots: int
    unread: tuple[Unread, ...]
    """What of the cut is not in it."""

    @property
    def losses(self) -> dict[str, list[str]]:
        """`kind: what it means`, with the places it is about."""
        told: dict[str, list[str]] = {}
        for one in self.unread:
            place = f"{one.where}: {one.detail}" if one.detail and one.where else one.where or one.detail
            places = told.setdefault(f"{one.kind}: {MEANINGS[one.kind]}", [])
            places += [place] if place else []
        return told


def import_cut(
    cut: Path, out: Path, *, rate: Fraction | None = None, media: Sequence[Path] = (), overwrite: bool = False
) -> Imported:
    """Write the storyboard of a cut; `media` are folders in which its files are looked for as well."""
    from stitcher.importers.board import board_data
    from stitcher.media.files import write_whole
    from stitcher.storyboard.load import parse
    from stitcher.storyboard.write import storyboard_text

    out = Path(os.path.abspath(out))
    _check_target(out, overwrite=overwrite)
    read, found = read_with_media(cut, rate=rate, media=media)
    if not any(track.clips for track in read.pictures):
        raise InputError(f"{str(cut)!r} has no pictures: a storyboard needs a shot.")
    made = board_data(read, found, out.parent)
    text = storyboard_text(made.data)
    board = parse(text, path=out)
    write_whole(out, text.encode())
    return Imported(out, len(board.shots), made.unread)


def _check_target(out: Path, *, overwrite: bool) -> None:
    if os.path.lexists(out) and not overwrite:
        raise OutputError(f"{str(out)!r} is there already: name another file, or say --overwrite.")


def read_with_media(
    cut: Path, *, rate: Fraction | None = None, media: Sequence[Path] = ()
) -> tuple[Cut, Mapping[CutMedia, Path]]:
    """A cut, with what its files themselves say, and where they are.

    Raises what `importers.read.read_cut` raises.
    """
    from stitcher.importers.find_media import MediaFinder
    from stitcher.importers.read import read_cut

    finder = MediaFinder(cut, media)
    read = read_cut(cut, rate, rate_of=lambda names: _common_rate(finder, names))
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
