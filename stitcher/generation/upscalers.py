"""Upscalers by name, takes made larger frame for frame, the pieces a service takes, and their joining.

local       ffmpeg, free: the whole take at once
runway      a service: pieces it accepts, each bought once, joined again without a frame more or less
others      entry point `stitcher.upscalers`, a class that keeps to `Upscaler`
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Iterable, Sequence
from fractions import Fraction
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from stitcher.errors import BadRequest, DownloadFailed, ProviderConfig
from stitcher.generation.edit_and_upscale_requests import GRID
from stitcher.generation.offline import OfflineProvider
from stitcher.generation.paths import take_file
from stitcher.generation.provider import Asset, Expected, Submission
from stitcher.generation.runway.verify_download import check_arrival
from stitcher.generation.take import Take
from stitcher.media.clip import Clip
from stitcher.media.files import atomic_write, disk_errors
from stitcher.media.probe import probe
from stitcher.media.threads import THREADS
from stitcher.storyboard.model import Upscale
from stitcher.storyboard.suggest import meant_or_known
from stitcher.timebase import FrameRange, format_rate

GROUP = "stitcher.upscalers"


@runtime_checkable
class Upscaler(Protocol):
    """What makes a clip larger on this machine."""

    @property
    def name(self) -> str:
        """One lower-case word, the entry point's own."""

    def lost(self, clip: Clip) -> tuple[str, ...]:
        """What of the clip's pictures would not be kept (`transparency is laid over black`), said before the work."""

    def enlarge(
        self,
        clip: Clip,
        target: Path,
        size: tuple[int, int],
        settings: Upscale,
        cancel: threading.Event | None = None,
    ) -> None:
        """Write the clip's pictures at `size` (width, height) to `target`, an MP4 without sound.

        The same number of frames, in the same order, at the same rate, with the same colour description. Raises a
        `StitcherError`; the file is checked by whoever asked, and put in place only then.
        """


def upscaler_names() -> tuple[str, ...]:
    """Every upscaler there is; `runway` is one too, though it is a service."""
    return tuple(
        dict.fromkeys(("local", "runway", *sorted(point.name for point in entry_points(group=GROUP))))
    )


def find_upscaler(name: str) -> Upscaler:
    """The upscaler of a name. Raises `ProviderConfig` for one that is unknown or cannot be loaded."""
    if name == "local":
        from stitcher.generation.local_upscale import LocalUpscaler

        return LocalUpscaler()
    point = next((point for point in entry_points(group=GROUP) if point.name == name), None)
    if point is None:
        raise ProviderConfig(f"There is no upscaler {name!r}{meant_or_known(name, upscaler_names())}")
    try:
        upscaler = point.load()()
    except Exception as exc:
        raise ProviderConfig(f"The upscaler {name!r} cannot be loaded from {point.value!r}: {exc}.") from exc
    if not isinstance(upscaler, Upscaler) or upscaler.name != name:
        raise ProviderConfig(
            f"The upscaler {name!r} does not keep to stitcher.generation.upscalers.Upscaler."
        )
    return upscaler


class UpscaleProvider(OfflineProvider):
    """An upscaler as a `Provider`, so that its results are recorded, resumed and checked like any others."""

    def __init__(
        self, upscaler: Upscaler, settings: Upscale, *, cancel: threading.Event | None = None
    ) -> None:
        super().__init__()
        self.name = upscaler.name
        self.lost = upscaler.lost
        self._upscaler = upscaler
        self._settings = settings
        self._cancel = cancel

    def _check(self, request: Submission) -> None:
        video = request.body.get("videoUri")
        if request.endpoint != "video_upscale" or not isinstance(video, Asset):
            raise BadRequest(f"{self.name} upscales videos, nothing else. Nothing was made.")

    def _make(self, request: Submission, target: Path, expected: Expected) -> None:
        [video] = request.assets
        if expected.size is None:
            raise DownloadFailed(f"{self.name} was not told how large to make {video.path.name}.")
        self._upscaler.enlarge(probe(video.path), target, expected.size, self._settings, self._cancel)


def cut_piece(clip: Clip, piece: FrameRange, target: Path, *, cancel: threading.Event | None = None) -> None:
    """Write one stretch of a clip as a file of its own, as players show it, at a quality no upscaler sees; kept if
    it is there.

    Raises `MediaError`, `FfmpegFailed`, `DiskFull` and `OutputError`.
    """
    from stitcher.media.ffmpeg_process import run
    from stitcher.media.filters import as_shown, pictures_of

    if target.exists() and probe(target).video.frames == len(piece):
        return
    stream = (
        as_shown(pictures_of(clip), clip.video)
        .filter("trim", start_frame=piece.start, end_frame=piece.stop)
        .filter("setpts", "PTS-STARTPTS")
    )
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target, once=True) as temp:
        run(_encoded(stream, temp, crf=8), cancel=cancel)
        check_arrival(temp, Expected("video", len(piece)))


def joined_place(
    folder: Path, take: Take, variant: str, pieces: Sequence[Take], size: tuple[int, int]
) -> Path:
    """Where the pieces of a take go, joined: named by what they hold."""
    content = "\n".join([f"{size[0]}x{size[1]}", *(piece.sha256 or "" for piece in pieces)])
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    name = take_file(take.shot, take.number, "upscale", "runway", variant=variant)
    return folder / f"{name.removesuffix('.mp4')}.whole-{digest}.mp4"


def join_pieces(
    parts: Sequence[Clip], size: tuple[int, int], target: Path, *, cancel: threading.Event | None = None
) -> str:
    """Write enlarged pieces as one file of exactly `size`, and say what had to be done to their size, or nothing.

    A service may give 1072 lines for 1080: what is missing is filled up with the edge, what is too much is cut. Another
    size of the same shape (1920x1920 for 1080x1080) is scaled.
    Raises `MediaError`, `FfmpegFailed`, `DiskFull` and `OutputError`.
    """
    import ffmpeg

    from stitcher.media.ffmpeg import file_url
    from stitcher.media.ffmpeg_process import run

    if target.exists():
        return _size_note(parts, size)
    streams: list[Any] = []
    for part in parts:
        stream = ffmpeg.input(file_url(part.path), f=part.container, protocol_whitelist="file").video
        streams.append(_fitted(stream, (part.video.width, part.video.height), size))
    joined = ffmpeg.concat(*streams, v=1, a=0) if len(streams) > 1 else streams[0]
    with atomic_write(target, once=True) as temp:
        rate = parts[0].video.rate or parts[0].video.average_rate
        run(_encoded(joined.filter("fps", fps=format_rate(rate)), temp, crf=12), cancel=cancel)
        check_arrival(temp, Expected("video", sum(part.video.frames for part in parts), size))
    return _size_note(parts, size)


def _fitted(source: Any, has: tuple[int, int], size: tuple[int, int]) -> Any:
    """The strand at exactly `size`: a few lines are filled up or cut, and another size of that shape is scaled."""
    import ffmpeg

    stream = source
    if not _is_near(has, size):
        factor = max(Fraction(size[0], has[0]), Fraction(size[1], has[1]))
        has = (math.ceil(has[0] * factor), math.ceil(has[1] * factor))
        stream = ffmpeg.filter(stream, "scale", *has, flags="lanczos+accurate_rnd+full_chroma_int")
    cut = (min(has[0], size[0]), min(has[1], size[1]))
    if cut != has:
        stream = ffmpeg.filter(stream, "crop", *cut)
    if cut != size:
        left, top = ((size[0] - cut[0]) // 2, (size[1] - cut[1]) // 2)
        stream = ffmpeg.filter(stream, "pad", *size, left, top)
        stream = ffmpeg.filter(
            stream,
            "fillborders",
            left=left,
            right=size[0] - cut[0] - left,
            top=top,
            bottom=size[1] - cut[1] - top,
            mode="smear",
        )
    return ffmpeg.filter(stream, "setsar", "1")


def _is_near(has: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether only lines of a service's grid are missing or too much."""
    return all(abs(one - other) <= GRID for one, other in zip(has, size, strict=True))


def _size_note(parts: Iterable[Clip], size: tuple[int, int]) -> str:
    odd = {(part.video.width, part.video.height) for part in parts} - {size}
    if not odd:
        return ""
    sizes = ", ".join(f"{width}x{height}" for width, height in sorted(odd))
    done = "the edge was filled up or cut" if all(_is_near(has, size) for has in odd) else "it was scaled"
    if any(width < size[0] - GRID or height < size[1] - GRID for width, height in odd):
        done = "it was scaled up, so ask for less where that is too soft"
    return f"came back as {sizes} where {size[0]}x{size[1]} was wanted; {done}."


def _encoded(stream: Any, target: Path, *, crf: int) -> list[str]:
    import ffmpeg

    from stitcher.media.ffmpeg import file_url

    options = {
        "f": "mp4",
        "c:v": "libx264",
        "threads": THREADS,
        "preset": "fast",
        "crf": crf,
        "pix_fmt": "yuv420p",
        "map_metadata": -1,
    }
    output = ffmpeg.output(stream, file_url(target), an=None, fps_mode="passthrough", **options)
    argv: list[str] = output.compile(cmd="")[1:]
    return ["-loglevel", "warning", *argv]
