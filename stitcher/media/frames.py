"""Pictures out of clips, by number: decoded from a clean start and counted, never sought by seconds.

Every picture comes as the film shows it: rotated, with square pixels, transparent parts over black, deinterlaced, HDR
tone-mapped to SDR, and all of a clip in the size it begins with. Arrays are `(height, width, 3)` uint8 RGB, or
`(height, width)` uint8 for luma.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import struct
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import InputError, MediaBroken, MediaMissing, MediaRefused
from stitcher.formats.colour import MATRICES, SWSCALE_MATRICES, UNSPECIFIED
from stitcher.media.clip import Clip
from stitcher.media.container import opened, without_analysis
from stitcher.media.files import check_regular, write_whole
from stitcher.media.hdr import tone_mapped
from stitcher.media.sniff import sniff
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Picture = NDArray[np.uint8]

_MATRICES = {
    name: Colorspace(SWSCALE_MATRICES[point.swscale]) for name, point in MATRICES.items() if point.swscale
}
# swscale's quick paths are up to 3 levels off; ten hops of a chain would show it.
_EXACT = (
    Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
)
_SKIPS_EXACTLY = frozenset({"h264", "hevc"})
"""Codecs whose packets say whether others refer to them."""
_SCALING = 1
"""Threads of swscale: more would never answer in a process that was forked off one which had them."""
_WORTH_SEEKING = 48
_EVERY_KEY_IS_SAFE = frozenset(
    ("mpeg1video", "mpeg2video", "mpeg4", "h263", "flv1", "msmpeg4v3", "wmv1", "wmv2")
)


def frame(clip: Clip, n: int, *, matrix: str | None = None) -> Picture:
    """Picture `n` (0 is the first shown) as RGB. Raises as `frames` does."""
    for picture in frames(clip, FrameRange(n, n + 1), matrix=matrix):
        return picture
    raise MediaBroken(clip.path, f"has no frame {n} to decode; download or export it again.")


def last_frame(clip: Clip, *, matrix: str | None = None) -> Picture:
    """The last picture shown, as RGB. Raises as `frames` does."""
    return frame(clip, clip.video.frames - 1, matrix=matrix)


def frames(clip: Clip, wanted: FrameRange, *, matrix: str | None = None) -> Iterator[Picture]:
    """The pictures of a range, in order, as full-range RGB.

    `matrix` (FFmpeg's name, such as `bt709`) overrides what the file says; a file that says nothing is BT.709.
    Raises `InputError` for a range outside the clip, `MediaRefused` for a matrix that is not known here, and
    `MediaBroken` when a picture of the range does not come out.
    """
    colours = _colours(clip, matrix)
    turns = clip.video.rotation // 90
    light = clip.video.colour.filled(matrix)
    depth = "64le" if light.is_hdr else ""
    for decoded in _progressive(clip, wanted):
        size = _square(clip)
        width, height = _within(decoded, clip, size)
        rgb = decoded.reformat(
            width,
            height,
            format=f"rgba{depth}" if _may_be_transparent(decoded) else "rgb48le" if light.is_hdr else "rgb24",
            src_colorspace=colours[0],
            dst_colorspace=colours[0],
            src_color_range=colours[1],
            dst_color_range=ColorRange.JPEG,
            interpolation=_EXACT,
            threads=_SCALING,
        )
        picture: NDArray[Any] = rgb.to_ndarray()
        if light.is_hdr:
            alpha = (picture[..., 3:] >> 8).astype(np.uint8)
            picture = np.concatenate([tone_mapped(picture[..., :3], light), alpha], axis=2)
        yield _turned(_on_black(_opaque(picture), size), turns)


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


def gray_frames(clip: Clip, wanted: FrameRange, *, size: tuple[int, int] | None = None) -> Iterator[Picture]:
    """The luma of a range, in order, at the clip's own range of levels; `size` is width and height to scale to
    (before rotation). Raises as `frames` does.
    """
    turns = clip.video.rotation // 90
    whole = size or (clip.video.width, clip.video.height)
    black = 0 if clip.video.colour.range == "pc" else 16
    for decoded in _decoded(clip, wanted):
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
            yield _turned(rows[: decoded.height, : decoded.width].copy(), turns)
            continue
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
        yield _turned(_on_black(_luma(gray), whole, black), turns)


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


def _colours(clip: Clip, matrix: str | None) -> tuple[Colorspace, ColorRange]:
    colour = clip.video.colour
    full = colour.range == "pc" or clip.video.pixel_format.startswith("yuvj")
    if matrix is not None and matrix not in _MATRICES:
        raise InputError(f"There is no colour matrix {matrix!r} to assume; there are {', '.join(_MATRICES)}.")
    name = matrix or colour.filled().matrix or "bt709"
    if name == "gbr":
        name = "bt709"
    if name not in _MATRICES:
        raise MediaRefused(
            clip.path, f"has the colour matrix {name}, which is not known here; convert it first."
        )
    return _MATRICES[name], ColorRange.JPEG if full else ColorRange.MPEG


def _progressive(clip: Clip, wanted: FrameRange) -> Iterator[VideoFrame]:
    """The decoded pictures of a range; two fields become a whole picture, with their neighbours' help as in films."""
    if not clip.video.is_interlaced:
        yield from _decoded(clip, wanted)
        return
    around = (
        FrameRange(max(0, wanted.start - 1), min(clip.video.frames, wanted.stop + 1)) if wanted else wanted
    )
    pictures = _decoded(clip, around)
    if len(around) == 1:
        # Alone, a picture is let through as it is.
        pictures = itertools.chain.from_iterable((picture, picture) for picture in pictures)
    whole = _deinterlaced(pictures)
    yield from itertools.islice(whole, wanted.start - around.start, wanted.stop - around.start)


def _deinterlaced(pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    def shape(picture: VideoFrame) -> tuple[int, int, str]:
        return picture.width, picture.height, picture.format.name

    for (width, height, name), alike in itertools.groupby(pictures, key=shape):
        graph = Graph()
        entry = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat(name), time_base=Fraction(1, 1000)
        )
        nodes = (entry, graph.add("bwdif", "mode=send_frame"), graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        for picture in itertools.chain(alike, (None,)):
            graph.vpush(picture)
            yield from _pulled(graph)


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    with contextlib.suppress(av.BlockingIOError, av.EOFError):
        while True:
            yield graph.vpull()


def _decoded(clip: Clip, wanted: FrameRange) -> Iterator[VideoFrame]:
    video = clip.video
    if wanted.start < 0 or wanted.stop > video.frames:
        raise InputError(
            f"{str(clip.path)!r} has frames 0 to {video.frames - 1}; frames {wanted.start} to {wanted.stop - 1} "
            "were asked for."
        )
    if not wanted:
        return
    begin = clean_start(clip, wanted.start)
    if begin >= _WORTH_SEEKING:
        with opened(clip.path, clip.container, options=without_analysis(clip.container)) as container:
            stream = _stream(container, clip)
            packets = _sought(container, stream, clip, begin)
            if packets is not None:
                yield from _counted(packets, stream, clip, wanted, begin)
                return
    with opened(clip.path, clip.container, options=without_analysis(clip.container)) as container:
        stream = _stream(container, clip)
        yield from _counted(container.demux(stream), stream, clip, wanted, 0)


def _stream(container: InputContainer, clip: Clip) -> AvVideo:
    stream = container.streams[clip.video.index]
    if not isinstance(stream, AvVideo):
        raise MediaRefused(clip.path, "was changed since it was probed; run again.")
    return stream


def clean_start(clip: Clip, shown: int) -> int:
    """The last packet from which everything shown at or after that frame comes out right."""
    safe = {"idr", "cra"} | ({"i"} if clip.video.codec in _EVERY_KEY_IS_SAFE else set())
    display = clip.video.display
    begin = 0
    for key in clip.video.keys:
        if key.kind in safe and 0 <= display[key.packet] <= shown and clip.video.decodes_from(key.packet):
            begin = key.packet
    return begin


def _sought(
    container: InputContainer, stream: AvVideo, clip: Clip, packet: int
) -> Iterator[Packet[Any]] | None:
    # A seek is only believed when the packet it leads to is the one meant.
    stamps = clip.video.pts
    stamp = stamps[clip.video.display[packet]]
    if not clip.packets_tell_times or stamps.count(stamp) != 1:
        return None
    try:
        container.seek(stamp, stream=stream)
    except av.FFmpegError:
        return None
    packets = container.demux(stream)
    first = next(packets, None)
    if first is None or not first.size or first.pts != stamp:
        return None
    return itertools.chain((first,), packets)


def _decoder(clip: Clip, stream: AvVideo) -> Any:
    """What decodes the clip's packets: the stream's own decoder, or one of its own where that leaves something out."""
    if not clip.video.decoder:
        return stream.codec_context
    return av.CodecContext.create(clip.video.decoder, "r")


def _counted(
    packets: Iterator[Packet[Any]], stream: AvVideo, clip: Clip, wanted: FrameRange, begin: int
) -> Iterator[VideoFrame]:
    display = clip.video.display
    last = max(number for number, shown in enumerate(display) if wanted.start <= shown < wanted.stop)
    decoder = _decoder(clip, stream)
    decoder.copy_opaque = True
    early = sum(shown < wanted.start for shown in display[begin : last + 1])
    skips = clip.video.codec in _SKIPS_EXACTLY and early > len(wanted)
    # Never a thread for each picture: such a thread may let go of a packet's `opaque`, for which it needs Python's
    # lock, while this one holds that lock and closes the decoder.
    decoder.thread_type = "SLICE"
    number, due, drained = begin, wanted.start, False
    for packet in packets:
        if drained:
            break
        if packet.size:
            if skips:
                # Pictures before the wanted ones are needed only where others refer to them.
                ahead = number < len(display) and display[number] < wanted.start
                decoder.skip_frame = "NONREF" if ahead else "DEFAULT"
            # PyAV finds these again by identity, for all decoders of the process together, and a small number is
            # one object everywhere: a list is this packet's own.
            packet.opaque = [number]
            number += 1
        pictures = decoder.decode(packet if packet.size else None)
        if number > last and packet.size and clip.video.codec in _SKIPS_EXACTLY:
            # All that is wanted is in the decoder by now; nothing more has to be decoded to have it out.
            pictures += decoder.decode(None)
            drained = True
        for decoded in pictures:
            if not isinstance(decoded, VideoFrame):
                continue
            origin = decoded.opaque
            shown = display[origin[0]] if isinstance(origin, list) and origin[0] < len(display) else -1
            if shown < due:
                continue
            if shown > due:
                break
            yield decoded
            due += 1
            if due == wanted.stop:
                return
    raise MediaBroken(
        clip.path, f"cannot be decoded at frame {due}; it is damaged. Download or export it again."
    )


def write_png(path: Path | str, rgb: Picture) -> None:
    """Write RGB pixels as a PNG, without loss, whole or not at all. Raises `DiskFull` or `OutputError`."""
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb)).save(held, "PNG")
    write_whole(path, held.getvalue())


def open_still(path: Path | str, *, max_pixels: int = 64_000_000) -> Image:
    """A PNG, JPEG or WebP picture, loaded, turned as its EXIF says; other kinds are refused.

    Raises `MediaMissing`, `MediaRefused` (another kind, or too many pixels) or `MediaBroken`.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    check_regular(path)
    kind = sniff(path)
    if kind.holds != "still":
        raise MediaRefused(path, f"is {kind.label}, not a picture; name a PNG, JPEG or WebP file.")
    too_large = f"has more than {max_pixels:,} pixels; make it smaller."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
                if image.width * image.height > max_pixels:
                    raise MediaRefused(path, too_large)
                image.load()
                return ImageOps.exif_transpose(image)
    except Pillow.DecompressionBombError as exc:
        raise MediaRefused(path, too_large) from exc
    except PermissionError as exc:
        raise MediaMissing(path, f"cannot be read ({exc.strerror}); check its permissions.") from exc
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error) as exc:
        raise MediaBroken(path, f"cannot be read as {kind.label} ({exc}); save it again.") from exc
