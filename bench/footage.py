"""The standard job's clips and music bed, made once and kept in `bench/out/footage`."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

OUT = Path(__file__).parent / "out"
FOOTAGE = OUT / "footage"

GROUPS = {
    "second": ("-g", "24", "-keyint_min", "24", "-sc_threshold", "0"),
    # As Gen-4 files have them: one IDR, and I pictures at irregular places that are none.
    "gen4": ("-g", "250", "-x264-params", "keyint=250:min-keyint=126:scenecut=60"),
    "clip": ("-g", "999", "-sc_threshold", "0"),
}


_X264 = ("-c:v", "libx264", "-preset", "medium", "-profile:v", "high")
ENCODERS: dict[str, tuple[str, ...]] = {
    "crf": (*_X264, "-crf", "18"),
    "abr": (*_X264, "-b:v", "6M"),
    "cqp": (*_X264, "-qp", "21"),
    # As services hand out clips whose encoder's words were taken out.
    "bare": (*_X264, "-crf", "18", "-bsf:v", "filter_units=remove_types=6"),
    "openh264": ("-c:v", "libopenh264", "-b:v", "8M", "-profile:v", "high"),
    "x265": ("-c:v", "libx265", "-preset", "medium", "-crf", "20", "-tag:v", "hvc1"),
    "main": ("-c:v", "libx264", "-preset", "fast", "-profile:v", "main", "-b:v", "5M"),
}
"""Who encoded the clips, by the name of its row; all about 6 Mbit/s."""


def ffmpeg_exe() -> str:
    """The program every peer uses."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg, quietly; raises when it fails."""
    subprocess.run([ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments], check=True)


def clips(
    groups: str,
    count: int = 12,
    *,
    size: tuple[int, int] = (1280, 720),
    frames: int | None = None,
    encoders: Sequence[str] = ("crf",),
) -> list[Path]:
    """`count` clips at 24 frames a second, about 6 Mbit/s at 720p, untagged and silent, by these encoders in turn.

    Half of them 121 frames long, half 241, or all `frames` long.
    """
    FOOTAGE.mkdir(parents=True, exist_ok=True)
    made = []
    for n in range(count):
        length = frames or (241 if n % 2 else 121)
        encoder = encoders[n % len(encoders)]
        kind = groups if encoder == "crf" else f"{groups}-{encoder}"
        path = FOOTAGE / f"{kind}-{size[0]}x{size[1]}-{length}-{n:03}.mp4"
        made.append(path)
        if path.exists():
            continue
        temp = path.with_suffix(".part.mp4")
        # Slow gradients, a drifting texture and a little grain: motion and detail as in a quiet filmed shot.
        graph = (
            f"gradients=s={size[0]}x{size[1]}:r=24:seed={n + 1}:n=6:speed=0.02,format=yuv420p[g];"
            f"cellauto=s=320x180:r=24:rule={18 + n * 12 % 150}:seed={n},scale={size[0]}:{size[1]}:flags=bicubic,"
            "boxblur=4,format=yuv420p[c];"
            f"[g][c]blend=all_mode=softlight:all_opacity=0.5,noise=c0s=4:c0f=t:c0_seed={n}"
        )
        ffmpeg(
            *("-filter_complex", graph, "-frames:v", str(length)),
            *(*ENCODERS[encoder], *_grouped(groups, encoder)),
            *("-pix_fmt", "yuv420p", "-video_track_timescale", "12288", str(temp)),
        )
        temp.rename(path)
    return made


def _grouped(groups: str, encoder: str) -> tuple[str, ...]:
    if encoder == "x265":
        return ("-x265-params", "keyint=24:min-keyint=24:scenecut=0:open-gop=0:log-level=error")
    return GROUPS[groups]


def bed(seconds: float) -> Path:
    """A stereo music bed, a little longer than asked."""
    FOOTAGE.mkdir(parents=True, exist_ok=True)
    path = FOOTAGE / f"bed-{int(seconds)}.wav"
    if not path.exists():
        temp = path.with_suffix(".part.wav")
        ffmpeg(
            *(
                "-f",
                "lavfi",
                "-i",
                "sine=220:sample_rate=48000",
                "-f",
                "lavfi",
                "-i",
                "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000",
            ),
            *("-filter_complex", "[0][1]amix=normalize=0,aformat=channel_layouts=stereo"),
            *("-t", str(seconds + 2), str(temp)),
        )
        temp.rename(path)
    return path
