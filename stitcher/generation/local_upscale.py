"""The free upscaler: ffmpeg's Lanczos filter, and some sharpening where it is asked for.

Pictures keep their colours' description, their bits and how finely colour is stored: in H.264 for 8 bits, in HEVC,
which players take in more, for 10 and 12. What neither can hold is named by `lost` before anything is made.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stitcher.media.clip import Clip, VideoStream
from stitcher.media.pixel_format import pixel_format
from stitcher.media.threads import THREADS, held_to
from stitcher.storyboard.model import Upscale
from stitcher.timebase import format_rate

_MOST_SHARPENING = 1.5
_EXACT = "lanczos+accurate_rnd+full_chroma_int+bitexact"
_CHROMA = {"4:2:2": "422", "4:1:1": "422", "4:4:4": "444", "4:4:0": "444"}
"""Ways of storing colour that hold all of another; 4:2:0 holds the rest."""
_MOST_BITS = 12


class LocalUpscaler:
    """Scales on this machine. Implements `stitcher.generation.upscalers.Upscaler`."""

    name = "local"

    def lost(self, clip: Clip) -> tuple[str, ...]:
        """What of the clip's pictures is not kept, a few words each."""
        return tuple(_lost(clip.video))

    def enlarge(
        self,
        clip: Clip,
        target: Path,
        size: tuple[int, int],
        settings: Upscale,
        cancel: threading.Event | None = None,
    ) -> None:
        """Write the clip at `size`. `asked.sharpen` (0 to 100) sharpens the luma afterwards."""
        import ffmpeg

        from stitcher.media.ffmpeg import file_url
        from stitcher.media.ffmpeg_process import run
        from stitcher.media.filters import as_shown, pictures_of

        pixels = _pixels(clip.video)
        stream = as_shown(pictures_of(clip), clip.video).filter("scale", *size, flags=_EXACT)
        stream = _in_yuv(stream, clip.video).filter("format", pixels)
        if settings.sharpen:
            amount = _MOST_SHARPENING * settings.sharpen / 100
            stream = stream.filter("unsharp", lx=5, ly=5, la=f"{amount:.3f}", cx=3, cy=3, ca=0)
        # Frame after frame: a time base of milliseconds would leave the file without a constant rate.
        rate = format_rate(clip.video.rate or clip.video.average_rate)
        stream = stream.filter("setsar", "1").filter("setpts", f"N/(({rate})*TB)")
        stream = stream.filter("fps", fps=rate, start_time=0)
        options: dict[str, Any] = {
            "f": "mp4",
            "preset": "fast",
            "crf": 15,
            "pix_fmt": pixels,
            "map_metadata": -1,
            "fps_mode": "passthrough",
            "an": None,
        }
        if pixel_format(pixels).bits > 8:
            encoder = "libx265"
            words = ["-tag:v", "hvc1", "-x265-params", "log-level=error:open-gop=0"]
        else:
            encoder, words = "libx264", []
        output = ffmpeg.output(stream, file_url(target), **options, **{"c:v": encoder})
        argv: list[str] = output.compile(cmd="")[1:]
        encoding = held_to(encoder, words, THREADS)
        run(["-loglevel", "warning", *argv[:-1], *encoding, argv[-1]], cancel=cancel)


def _pixels(video: VideoStream) -> str:
    pixels = pixel_format(video.pixel_format)
    chroma = "420" if pixels.family == "gray" else _CHROMA.get(pixels.chroma, "420")
    deep = "" if pixels.bits <= 8 else "10le" if pixels.bits <= 10 else "12le"
    return f"yuv{chroma}p{deep}"


def _in_yuv(stream: Any, video: VideoStream) -> Any:
    """RGB brought into the matrix that films take it for, and tagged so; YUV as it is."""
    if not pixel_format(video.pixel_format).is_rgb:
        return stream
    stream = stream.filter("scale", out_color_matrix="bt709", out_range="tv", flags=_EXACT)
    stream = stream.filter("format", _pixels(video))
    return stream.filter("setparams", colorspace="bt709", range="tv")


def _lost(video: VideoStream) -> Iterator[str]:
    pixels = pixel_format(video.pixel_format)
    if pixels.alpha:
        yield "transparency is laid over black"
    if pixels.bits > _MOST_BITS:
        yield f"{pixels.bits} bits are made {_MOST_BITS}"
    if video.is_interlaced:
        yield "interlaced pictures are made progressive"
