"""What is in media files and films, looked at without making a film."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stitcher.errors import OutputError
from stitcher.workflow import lay_out

if TYPE_CHECKING:
    from moviepy import VideoClip

    from stitcher.media.clip import Clip, Sound
    from stitcher.media.limits import Limits
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline


def probe(path: Path | str, *, limits: Limits | None = None) -> Clip:
    """What is in a video file, counted and not guessed; remembered until the file changes.

    Raises `MediaMissing`, `MediaRefused` (no clip, or above a cap) or `MediaBroken`.
    """
    from stitcher.media.probe import probe as probe_clip

    return probe_clip(path, limits=limits)


def probe_sound(path: Path | str, *, limits: Limits | None = None) -> Sound:
    """The first sound stream of a file. Raises as `probe` does."""
    from stitcher.media.probe import probe_sound as probe_first

    return probe_first(path, limits=limits)


def last_frame(clip: Clip | Path | str, out: Path | str, *, matrix: str | None = None) -> Path:
    """Write the last picture of a clip as a PNG, without loss and as a player shows it; returns where it is.

    `matrix` is the colour matrix to assume (`bt709`, `smpte170m`, …) whatever the file says; a file that says
    nothing is BT.709. Raises `MediaError`, `OutputError` and `DiskFull`.
    """
    from stitcher.media import frames
    from stitcher.media.clip import Clip
    from stitcher.media.stills import write_png

    source = clip if isinstance(clip, Clip) else probe(clip)
    target = Path(os.path.abspath(out))
    if target.suffix.lower() != ".png":
        raise OutputError(
            f"{str(out)!r}: the picture is written as PNG; name it {str(target.with_suffix('.png').name)!r}."
        )
    _check_free(target, source.path)
    write_png(target, frames.last_frame(source, matrix=matrix))
    return target


def blank_shots(timeline: Timeline) -> tuple[str, ...]:
    """A line for each shot whose clip is wholly black or, where it has sound, wholly silent: `Shot door: …`.

    Raises `MediaBroken` for a clip that cannot be decoded.
    """
    from stitcher.media.blank import blank_remark, blanks

    found = {item.shot: blanks(item.clip) for item in timeline.items if item.clip is not None}
    return tuple(f"Shot {shot}: {blank_remark(blank)}." for shot, blank in found.items() if blank)


def picture_notes(clip: Clip) -> tuple[str, ...]:
    """What is done to the pictures of a clip where they become PNGs, in sentences; none for most clips."""
    from stitcher.media.pixel_format import pixel_format

    video = clip.video
    notes = []
    if video.colour.is_hdr:
        notes.append(f"{clip.name} is HDR; the picture is tone-mapped to SDR, as in an SDR film.")
    if video.is_interlaced:
        notes.append(f"{clip.name} is interlaced; the picture is deinterlaced.")
    if pixel_format(video.pixel_format).alpha:
        notes.append(f"{clip.name} is transparent; the picture is laid over black.")
    return tuple(notes)


def schema() -> dict[str, Any]:
    """The JSON Schema of storyboards, for editors that complete and check YAML."""
    from stitcher.storyboard.schema import json_schema

    return json_schema()


def to_moviepy(film: Storyboard | Timeline) -> VideoClip:
    """The film as a MoviePy clip with its sound, to go on with there.

    Pictures are made when asked for; the sound is mixed at once, at the levels the cues have. Raises `InputError`
    for a transition that is no blend, and what `lay_out` and `render` raise.
    """
    from stitcher.pictures.moviepy_clip import to_moviepy as picture_clip
    from stitcher.timeline.model import Timeline

    timeline = film if isinstance(film, Timeline) else lay_out(film)
    clip: VideoClip = picture_clip(timeline)
    if timeline.cues:
        from stitcher.rendering.moviepy_mix import film_audio

        clip = clip.with_audio(film_audio(timeline))
    return clip


def contact_sheet(film: Storyboard | Timeline | Plan, out: Path | str) -> tuple[Path, ...]:
    """Write a PNG with a row for each shot: its first, middle and last frame, time codes, and how it is joined.

    Returns where the pages are: `out`, and for long films `out` with `-2`, `-3` and so on. Raises `OutputError`,
    `DiskFull`, and what `lay_out` raises.
    """
    from stitcher.pictures import contact_sheet
    from stitcher.rendering.segments import Plan
    from stitcher.timeline.model import Timeline

    laid = film.timeline if isinstance(film, Plan) else film
    timeline = laid if isinstance(laid, Timeline) else lay_out(laid)
    target = Path(os.path.abspath(out))
    if target.suffix.lower() != ".png":
        raise OutputError(f"{str(out)!r}: a contact sheet is a PNG; give it a name that ends in .png.")
    _check_free(target, *_sources(timeline))
    return contact_sheet.contact_sheet(timeline, target)


def _sources(timeline: Timeline) -> Iterator[Path]:
    from stitcher.media.clip import Clip

    yield from (item.source.path for item in timeline.items if isinstance(item.source, Clip))
    yield from (cue.sound.path for cue in timeline.cues)


def _check_free(target: Path, *sources: Path) -> None:
    """Refuse a picture's place before anything is decoded for it."""
    if target.is_dir():
        raise OutputError(f"{str(target)!r} is a folder; add a file name.")
    if not target.parent.is_dir():
        raise OutputError(f"The folder {str(target.parent)!r} does not exist; make it first.")
    if target.exists() and any(source.exists() and target.samefile(source) for source in sources):
        raise OutputError(f"{str(target)!r} is one of the sources; it is never overwritten. Name another.")
