"""Pictures made in Python, kept as clips without loss, so that the rest of the house need not know the difference.

Opaque pictures become H.264 at quantiser 0 in 4:4:4, pictures with transparency FFV1; both BT.709, and tagged so.
The only loss is the rounding of RGB to 8-bit YUV, two levels at most.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError, VerifyError
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import feed
from stitcher.media.files import atomic_write
from stitcher.media.probe import probe
from stitcher.media.threads import THREADS
from stitcher.pictures.title_page import Page
from stitcher.pictures.titles import title_frames
from stitcher.timebase import format_rate
from stitcher.timeline.picture import Title

Picture = NDArray[np.uint8]


def lossless_suffix(*, transparent: bool = False) -> str:
    """The file name suffix of a drawn clip."""
    return ".mkv" if transparent else ".mp4"


def draw_clip(
    pictures: Iterable[Picture],
    rate: Fraction,
    out: Path | str,
    *,
    transparent: bool = False,
    expected: int | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Write pictures as a lossless clip at `out`, whole or not at all, and return its path.

    Each picture is `(height, width, 3 or 4)` uint8, RGB or straight-alpha RGBA, all of one size; the suffix of
    `out` should be `lossless_suffix()`'s. Without `transparent` an alpha channel is laid over black. `expected` is
    how many pictures there must be.

    Raises `InputError` for no picture at all or one that does not fit the rest, `VerifyError` when other than the
    pictures drawn (or expected) came out, `OutputError`, `DiskFull`, and what `pictures` raises.
    """
    target = Path(out)
    drawing = iter(pictures)
    first = next(drawing, None)
    if first is None:
        raise InputError(f"There is no picture to write to {target.name!r}; draw one at least.")
    _check(first, first.shape[:2])
    height, width = first.shape[:2]
    channels = 4 if transparent else 3
    raw = _raw(itertools.chain((first,), drawing), (height, width), channels)
    with atomic_write(target) as temp:
        written = feed(_arguments((width, height), rate, temp, transparent), raw, cancel=cancel)
        held = probe(temp).video.frames
        if held != written or expected not in (None, written):
            raise VerifyError(
                f"{target.name!r} should hold {written if expected is None else expected} pictures; "
                f"{written} were drawn and {held} are in the file."
            )
    return target


def draw_title_clip(
    title: Title,
    rate: Fraction,
    page: Page,
    out: Path | str,
    *,
    cancel: threading.Event | None = None,
) -> Path:
    """A title as a clip of `title.frames` pictures of a page's size. A lower third is transparent.

    Raises as `draw_clip` and `title_frames` do.
    """
    transparent = title.kind == "lower_third"
    pictures = title_frames(title, page)
    return draw_clip(pictures, rate, out, transparent=transparent, expected=title.frames, cancel=cancel)


def _raw(pictures: Iterator[Picture], size: tuple[int, int], channels: int) -> Iterator[memoryview]:
    last: tuple[Picture, memoryview] | None = None
    for picture in pictures:
        if last is not None and last[0] is picture and not picture.flags.writeable:
            # A title at rest is the same array again and again.
            yield last[1]
            continue
        _check(picture, size)
        if picture.shape[2] == channels:
            pixels = picture
        elif channels == 4:
            opaque = np.full((*size, 1), 255, np.uint8)
            pixels = np.concatenate([picture, opaque], axis=2)
        else:
            alpha = picture[..., 3:].astype(np.uint16)
            pixels = picture[..., :3]
            if alpha.min() < 255:
                pixels = ((pixels * alpha + 127) // 255).astype(np.uint8)
        last = (picture, np.ascontiguousarray(pixels).data)
        yield last[1]


def _check(picture: Picture, size: tuple[int, int]) -> None:
    if picture.ndim != 3 or picture.shape[2] not in (3, 4) or picture.dtype != np.uint8:
        raise InputError(
            f"A drawn picture is {picture.dtype} of shape {picture.shape}; uint8 of shape (height, width, 3 or 4) "
            "is needed."
        )
    if min(picture.shape[:2]) < 1:
        raise InputError("A drawn picture has no pixels left; look at the effects that change its size.")
    if picture.shape[:2] != size:
        raise InputError(
            f"A drawn picture is {picture.shape[1]}x{picture.shape[0]} among others of {size[1]}x{size[0]}; "
            "all of a clip must have one size."
        )


def _arguments(size: tuple[int, int], rate: Fraction, out: Path, transparent: bool) -> list[str]:
    import ffmpeg

    pixels = "yuva444p" if transparent else "yuv444p"
    options: dict[str, object] = {"f": "matroska" if transparent else "mp4", "map_metadata": -1}
    if transparent:
        options |= {"c:v": "ffv1", "level": 3, "g": 1}
    else:
        scale = rate.numerator * (-(-10_000 // rate.numerator))
        options |= {"c:v": "libx264", "preset": "ultrafast", "qp": 0, "g": 48, "video_track_timescale": scale}
    options["threads"] = THREADS
    stream = (
        ffmpeg.input(
            "pipe:0",
            f="rawvideo",
            pix_fmt="rgba" if transparent else "rgb24",
            s=f"{size[0]}x{size[1]}",
            r=format_rate(rate),
            protocol_whitelist="pipe",
        )
        .filter(
            "scale",
            out_color_matrix="bt709",
            out_range="tv",
            flags="accurate_rnd+full_chroma_int+full_chroma_inp+bitexact",
        )
        .filter("format", pixels)
        .filter("setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709")
        .output(file_url(out), fps_mode="passthrough", **options)
    )
    argv: list[str] = stream.compile(cmd="")[1:]
    return ["-loglevel", "warning", *argv]
