"""Frames of clips, by number, as arrays of RGB or luma.

Every picture comes as the film shows it: rotated, with square pixels, transparent parts over black, deinterlaced, HDR
tone-mapped to SDR, and all of a clip in the size it begins with. Arrays are `(height, width, 3)` uint8 RGB, or
`(height, width)` uint8 for luma.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from stitcher.errors import InputError, MediaBroken, MediaRefused
from stitcher.formats.colour import MATRICES, SWSCALE_MATRICES, UNSPECIFIED
from stitcher.media.clip import Clip
from stitcher.media.frame_decoder import decode_frames, decode_progressive
from stitcher.media.hdr import tone_mapped
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

_MATRICES = {
    name: Colorspace(SWSCALE_MATRICES[point.swscale]) for name, point in MATRICES.items() if point.swscale
}
# swscale's quick paths are up to 3 levels off; ten hops of a chain would show it.
_EXACT = (
    Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
)
_MEAN = (
    Interpolation.AREA | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
)
_SCALING = 1
"""Threads of swscale: more would never answer in a process that was forked off one which had them."""


def frame(clip: Clip, n: int, *, matrix: str | None = None) -> Picture:
    """Picture `n` (0 is the first shown) as RGB. Raises as `frames` does."""
    for picture in frames(clip, FrameRange(n, n + 1), matrix=matrix):
        return picture
    raise MediaBroken(clip.path, f"has no frame {n} to decode; download or export it again.")


def last_frame(clip: Clip, *, matrix: str | None = None) -> Picture:
    """The last picture shown, as RGB. Raises as `frames` does."""
    return frame(clip, clip.video.frames - 1, matrix=matrix)


def frames(
    clip: Clip, span: FrameRange, *, matrix: str | None = None, keep_alpha: bool = False
) -> Iterator[Picture]:
    """The pictures of a range, in order, as full-range RGB; with `keep_alpha` those of a transparent clip as RGBA.

    `matrix` (FFmpeg's name, such as `bt709`) overrides what the file says; a file that says nothing is BT.709.
    Raises `InputError` for a range outside the clip, `MediaRefused` for a matrix that is not supported, and
    `MediaBroken` when a picture of the range does not come out.
    """
    colours = colours_of(clip, matrix)
    for decoded in decode_progressive(clip, span):
        yield rgb_picture(decoded, clip, colours, keep_alpha=keep_alpha)


Colours = tuple[Colorspace, ColorRange]
"""The matrix and the range of levels that a clip's pictures are read by."""


def rgb_picture(
    decoded: VideoFrame,
    clip: Clip,
    colours: Colours,
    *,
    size: tuple[int, int] | None = None,
    keep_alpha: bool = False,
) -> Picture:
    """A decoded picture of a clip as RGB, as `frames` has it; `size` is what it is scaled to, before rotation."""
    light = clip.video.colour.filled()
    depth = "64le" if light.is_hdr else ""
    whole = size or _square(clip)
    width, height = _within(decoded, clip, whole)
    rgb = decoded.reformat(
        width,
        height,
        format=f"rgba{depth}" if _may_be_transparent(decoded) else "rgb48le" if light.is_hdr else "rgb24",
        src_colorspace=colours[0],
        dst_colorspace=colours[0],
        src_color_range=colours[1],
        dst_color_range=ColorRange.JPEG,
        interpolation=_EXACT if size is None else _MEAN,
        threads=_SCALING,
    )
    picture: NDArray[Any] = rgb.to_ndarray()
    if light.is_hdr:
        alpha = (picture[..., 3:] >> 8).astype(np.uint8)
        picture = np.concatenate([tone_mapped(picture[..., :3], light), alpha], axis=2)
    return _turned(_on_black(picture if keep_alpha else _opaque(picture), whole), clip.video.rotation // 90)


def _square(clip: Clip) -> tuple[int, int]:
    """The size of a decoded picture with square pixels, before it is turned."""
    if clip.video.sample_aspect == 1:
        return clip.video.width, clip.video.height
    width, height = clip.video.shown_size
    return (height, width) if clip.video.rotation in (90, 270) else (width, height)


def _within(decoded: VideoFrame, clip: Clip, size: tuple[int, int]) -> tuple[int, int]:
    """The part of `size`, which is the whole of the clip's pictures, that a picture of another shape fills."""
    video = clip.video
    width, height = video.within(decoded.width, decoded.height)
    return max(1, size[0] * width // video.width), max(1, size[1] * height // video.height)


def _on_black(picture: NDArray[Any], size: tuple[int, int], black: int = 0) -> NDArray[Any]:
    """The picture in the middle of one of that width and height."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    whole = np.full((size[1], size[0], *picture.shape[2:]), black, picture.dtype)
    whole[top : top + height, left : left + width] = picture
    return whole


def _may_be_transparent(decoded: VideoFrame) -> bool:
    return decoded.format.name == "pal8" or any(part.is_alpha for part in decoded.format.components)


def _opaque(picture: NDArray[Any]) -> NDArray[Any]:
    if picture.shape[2] == 3:
        return picture
    alpha = picture[..., 3:].astype(np.uint16)
    opaque: NDArray[Any] = ((picture[..., :3] * alpha + 127) // 255).astype(np.uint8)
    return opaque


def gray_frames(clip: Clip, span: FrameRange, *, size: tuple[int, int] | None = None) -> Iterator[Picture]:
    """The luma of a range, in order, at the clip's own range of levels; `size` is width and height to scale to
    (before rotation). Raises as `frames` does.
    """
    for decoded in decode_frames(clip, span):
        yield gray_picture(decoded, clip, size)


def gray_picture(decoded: VideoFrame, clip: Clip, size: tuple[int, int] | None = None) -> Picture:
    """The luma of a decoded picture of a clip, as `gray_frames` has it."""
    turns = clip.video.rotation // 90
    whole = size or (clip.video.width, clip.video.height)
    width, height = _within(decoded, clip, whole)
    same_size = whole == (decoded.width, decoded.height)
    if same_size and decoded.format.name in (
        "yuv420p",
        "yuv422p",
        "yuv444p",
        "yuvj420p",
        "yuvj422p",
        "nv12",
    ):
        plane = decoded.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        return _turned(rows[: decoded.height, : decoded.width].copy(), turns)
    said = decoded.colorspace, decoded.color_trc
    if not decoded.format.is_rgb:
        # swscale refuses pictures whose matrix or transfer it does not know, though neither matters to their luma.
        decoded.colorspace = decoded.color_trc = UNSPECIFIED
    gray = decoded.reformat(
        width,
        height,
        "ya8" if _may_be_transparent(decoded) else "gray",
        # The same range on both sides: levels are compared with each other, not shown.
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA,
        threads=_SCALING,
    )
    decoded.colorspace, decoded.color_trc = said
    black = 0 if clip.video.colour.range == "pc" else 16
    return _turned(_on_black(_luma(gray), whole, black), turns)


def _luma(gray: VideoFrame) -> NDArray[Any]:
    """The luma of a `gray` or `ya8` picture; what is transparent is 0."""
    if gray.format.name == "gray":
        return gray.to_ndarray()
    plane = gray.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    pairs = rows[: gray.height, : 2 * gray.width].reshape(gray.height, gray.width, 2).astype(np.uint16)
    luma: NDArray[Any] = ((pairs[..., 0] * pairs[..., 1] + 127) // 255).astype(np.uint8)
    return luma


def _turned(picture: NDArray[Any], turns: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, -turns)) if turns else picture


def colours_of(clip: Clip, matrix: str | None) -> Colours:
    """How the colours of a clip are read; `matrix` and errors as for `frames`."""
    colour = clip.video.colour
    full = colour.range == "pc" or clip.video.pixel_format.startswith("yuvj")
    if matrix is not None and matrix not in _MATRICES:
        raise InputError(f"There is no colour matrix {matrix!r} to assume; there are {', '.join(_MATRICES)}.")
    name = matrix or colour.filled().matrix or "bt709"
    if name == "gbr":
        name = "bt709"
    if name not in _MATRICES:
        raise MediaRefused(
            clip.path, f"uses the colour matrix {name}, which is not supported; convert it first."
        )
    return _MATRICES[name], ColorRange.JPEG if full else ColorRange.MPEG
