"""`stitcher probe`: what is in media files, counted and not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import exit_status, options
from stitcher.cli.output import pick, show, show_error
from stitcher.errors import MediaError, MediaRefused
from stitcher.media.audible_streams import own_sound
from stitcher.timebase import format_decimal

if TYPE_CHECKING:
    from stitcher.media.clip import AudioStream, Clip, Sound


def probe(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Clips and sounds.")],
    as_json: options.Json = False,
) -> int:
    """Show what is in media files.

    Files that cannot be used do not keep the others from being told.
    """
    found: list[Clip | Sound] = []
    documents: list[dict[str, object]] = []
    errors: list[MediaError] = []
    for file in files:
        try:
            found.append(media := _probe(file))
            documents.append(_document(media))
        except MediaError as exc:
            errors.append(exc)
            documents.append({"path": file, "error": {"kind": type(exc).__name__, "message": str(exc)}})
    if as_json and len(files) == 1 and errors:
        raise errors[0]
    show({"files": documents}, lambda: (line for media in found for line in _lines(media)), as_json=as_json)
    if errors and not as_json:
        for error in errors:
            show_error(exit_status.expected(error), as_json=False)
    return errors[0].exit_code if errors else 0


def _probe(path: Path) -> Clip | Sound:
    try:
        return api.probe(path)
    except MediaRefused as no_clip:
        try:
            return api.probe_sound(path)
        except MediaError:
            raise no_clip from None


def _document(media: Clip | Sound) -> dict[str, object]:
    from stitcher.media.clip import Clip

    head = pick(media, "path sha256")
    if not isinstance(media, Clip):
        streams = [_audio(stream, media) for stream in media.streams]
        return {**head, "container": media.container, "video": None, "audio": streams}
    video = media.video
    last = video.last_seconds
    return {
        **head,
        "bytes": media.size,
        "container": media.container,
        "duration_seconds": float(media.duration),
        "video": {
            "last_seconds": None if last is None else float(last),
            **pick(
                video, "codec codec_tag profile level width height sample_aspect rotation rate average_rate"
            ),
            **pick(video, "frames time_base pixel_format bit_depth colour field_order keys reorder_delay"),
            **pick(video, "parameter_sets encoder_settings intra_only"),
            "other_picture_streams": video.other_pictures,
            **pick(video, "set_changes undecodable"),
        },
        "audio": [_audio(stream, own_sound(media)) for stream in media.audio],
    }


def _audio(stream: AudioStream, sound: Sound) -> dict[str, object]:
    return {
        **pick(stream, "index codec sample_rate channels layout"),
        "start_seconds": float(stream.start),
        "duration_seconds": None if stream.duration is None else float(stream.duration),
        "language": stream.language or None,
        "title": stream.title or None,
        "default": stream.default,
        "heard": stream in (sound.stream, sound.right),
    }


def _lines(media: Clip | Sound) -> Iterator[str]:
    from stitcher.media.clip import Clip

    yield str(media.path)
    if not isinstance(media, Clip):
        yield from _sounds(media)
        return
    video = media.video
    rate = "variable rate" if video.rate is None else f"{format_decimal(video.rate, 3)} a second"
    yield (
        f"  picture: {video.codec} {video.profile or ''}, {video.width}x{video.height}, {video.frames} frames, {rate}, "
        f"{format_decimal(media.duration, 3)} s"
    )
    if video.last_seconds is not None:
        yield f"  last picture: shown for {format_decimal(video.last_seconds, 3)} s"
    colour = video.colour
    tags = ", ".join(
        name for name in (colour.range, colour.primaries, colour.transfer, colour.matrix) if name
    )
    yield f"  pixels: {video.pixel_format}, colour {tags or 'not tagged'}" + (
        f", turned {video.rotation} degrees" if video.rotation else ""
    )
    if video.sample_aspect != 1:
        width, height = video.shown_size
        aspect = f"{video.sample_aspect.numerator}:{video.sample_aspect.denominator}"
        yield f"  shown as {width}x{height}: its pixels are {aspect}"
    if video.other_pictures:
        others = (
            "another picture stream"
            if video.other_pictures == 1
            else f"{video.other_pictures} more picture streams"
        )
        yield f"  not shown: {others}; the one marked as default is taken, else the first"
    kinds = [key.kind for key in video.keys]
    clean = kinds.count("idr")
    yield f"  key frames: {clean} clean (IDR), {len(kinds) - clean} others"
    if video.undecodable:
        yield f"  cut out of a stream: {video.undecodable} pictures at its beginning cannot be decoded"
    if video.set_changes:
        yield f"  joined of parts: configured anew {len(video.set_changes)}x, first at packet {video.set_changes[0]}"
    if media.audio:
        yield from _sounds(own_sound(media))


def _sounds(sound: Sound) -> Iterator[str]:
    for number, stream in enumerate(sound.streams, start=1):
        words = [stream.codec, f"{stream.sample_rate} Hz", stream.layout]
        words += [] if stream.duration is None else [f"{format_decimal(stream.duration, 3)} s"]
        words += [word for word in (stream.language, stream.title) if word]
        several = len(sound.streams) > 1
        yield f"  sound{f' {number}' if several else ''}: {', '.join(words)}{_side(stream, sound) if several else ''}"


def _side(stream: AudioStream, sound: Sound) -> str:
    if sound.right is not None:
        return ", heard as the left side" if stream == sound.stream else ", heard as the right side"
    return ", heard unless another is chosen" if stream == sound.stream else ""
