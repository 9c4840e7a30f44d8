"""The free upscaler: ffmpeg's Lanczos filter, and some sharpening where it is asked for."""

from __future__ import annotations

import threading
from pathlib import Path

from stitcher.media.clip import Clip
from stitcher.storyboard.model import Upscale

_MOST_SHARPENING = 1.5


class LocalUpscaler:
    """Scales on this machine. Implements `stitcher.generate.upscale.Upscaler`."""

    name = "local"

    def enlarge(
        self,
        clip: Clip,
        target: Path,
        size: tuple[int, int],
        asked: Upscale,
        cancel: threading.Event | None = None,
    ) -> None:
        """Write the clip at `size`. `asked.sharpen` (0 to 100) sharpens the luma afterwards."""
        import ffmpeg

        from stitcher.media.ffmpeg import file_url, run

        source = ffmpeg.input(file_url(clip.path), f=clip.container, protocol_whitelist="file").video
        shown = source.filter("scale", *size, flags="lanczos+accurate_rnd+full_chroma_int+bitexact")
        if asked.sharpen:
            amount = _MOST_SHARPENING * asked.sharpen / 100
            shown = shown.filter("unsharp", lx=5, ly=5, la=f"{amount:.3f}", cx=3, cy=3, ca=0)
        deep = clip.video.bit_depth > 8
        options = {
            "f": "mp4",
            "c:v": "libx264",
            "preset": "fast",
            "crf": 15,
            "pix_fmt": "yuv420p10le" if deep else "yuv420p",
            "map_metadata": -1,
            "fps_mode": "passthrough",
            "an": None,
        }
        output = shown.filter("setsar", "1").output(file_url(target), **options)
        run(["-loglevel", "warning", *output.compile(cmd="")[1:]], cancel=cancel)
