"""HLS: a ladder of fMP4 renditions with their playlists, and the master playlist that names them.

Edit lists are left out, as players differ in honouring them in fragments. So the picture begins where the
encoder's reordering puts it, two frames late, in every rendition, and the sound is delayed to meet it:

    picture   |. . 0 1 2 3           two frames at the highest rate, one at half of it
    sound     |silence|prime|0 1 2   1024 samples of encoder delay are part of the lead

Two renditions are encoded at a time, on a thread each, so that memory does not grow with the ladder. The master
playlist is written here from what came out: bandwidths are measured, not promised (RFC 8216, 4.3.4.2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import ffmpeg

from stitcher.delivery.encoders import EncoderSettings, encoder_options
from stitcher.errors import VerifyError
from stitcher.media.decoder_config import avc_codec_name
from stitcher.media.ffmpeg_process import run
from stitcher.media.filters import scaled
from stitcher.media.threads import SHARED, cores, held_to
from stitcher.timebase import format_decimal, format_rate, frames_to_samples, round_half_up

if TYPE_CHECKING:
    from stitcher.rendering.packaging import Job

_BOX = (1920, 1080)
"""What level 4.2 holds, the highest H.264 level the specification allows."""
_TOP_FIXED = 1280 * 720
_MOST_FPS = 60
_AT_ONCE = 2
_REORDER = 2
"""Frames x264 holds back with two B pictures and a pyramid; one with one B picture."""
_AAC_DELAY = 1024
"""Samples FFmpeg's AAC encoder puts in front."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One picture rendition."""

    width: int
    height: int
    kbps: int
    rate: Fraction


def plan_ladder(text: str, width: int, height: int, rate: Fraction) -> tuple[Rendition, ...]:
    """The rungs of a ladder (`416x234@145/30 … source@4500`) for a film, lowest first.

    Every rung has the film's shape, turned upright with it, and is no larger than the film; `source` is the
    film's size within 1920x1080. Below 1280x720 the source rungs are left out, unless nothing else fits.
    Rates above a rung's limit are halved.
    """
    fixed: list[Rendition] = []
    source: list[Rendition] = []
    for word in text.split():
        size, _, numbers = word.partition("@")
        kbps, _, most = numbers.partition("/")
        box = _BOX if size == "source" else _pair(size)
        fitted = _fit(width, height, box)
        if size != "source" and _scale(width, height, box) > 1:
            continue
        shown = _limited(rate, int(most) if most else _MOST_FPS)
        (source if size == "source" else fixed).append(Rendition(*fitted, int(kbps), shown))
    if fixed and width * height < _TOP_FIXED:
        source = []
    return tuple(fixed + (source if fixed else source[:1]))


def _pair(size: str) -> tuple[int, int]:
    width, _, height = size.partition("x")
    return int(width), int(height)


def _scale(width: int, height: int, box: tuple[int, int]) -> Fraction:
    long, short = max(box), min(box)
    across, down = (short, long) if height > width else (long, short)
    return min(Fraction(across, width), Fraction(down, height))


def _fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    scale = min(Fraction(1), _scale(width, height, box))
    return tuple(max(2, round_half_up(side * scale / 2) * 2) for side in (width, height))  # type: ignore[return-value]  # two sides in, two out


def _limited(rate: Fraction, most: int) -> Fraction:
    while rate > most:
        rate /= 2
    return rate


def make_hls(job: Job) -> tuple[Path, ...]:
    """Everything of the streaming folder, the master playlist first."""
    picture = job.delivery.picture
    rungs = plan_ladder(str(job.setting("ladder", "source@4500")), picture.width, picture.height, job.rate)
    audio = _make_audio(job)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    sound_peak = sound_mean = 0
    if audio is not None:
        sound_peak, sound_mean = _measured(audio)
        channels = job.delivery.sound.channels if job.delivery.sound else 2
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{channels}",URI="audio/index.m3u8"'
        )
    for number, (rung, playlist) in enumerate(zip(rungs, _make_rungs(job, rungs), strict=True), 1):
        peak, mean = _measured(playlist)
        codecs = f"{_codec_name(playlist.parent / 'init.mp4')}{',mp4a.40.2' if audio else ''}"
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak + sound_peak},AVERAGE-BANDWIDTH={mean + sound_mean},"
            f'CODECS="{codecs}",RESOLUTION={rung.width}x{rung.height},'
            f"FRAME-RATE={format_decimal(rung.rate, 3)}{',AUDIO=' + chr(34) + 'audio' + chr(34) if audio else ''}"
        )
        lines.append(f"v{number}/index.m3u8")
    master = job.folder / "master.m3u8"
    master.write_text("\n".join(lines) + "\n", encoding="utf-8")
    others = sorted(path for path in job.folder.rglob("*") if path.is_file() and path != master)
    return (master, *others)


def _options(job: Job, folder: str) -> dict[str, object]:
    return {
        "f": "hls",
        "hls_time": format_decimal(Fraction(str(job.setting("segment_seconds", 6)))),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": f"{folder}/segment%05d.m4s",
        "hls_segment_options": "use_editlist=0",
    }


def _make_rungs(job: Job, rungs: Sequence[Rendition]) -> list[Path]:
    """Their playlists. The largest, which take longest, are begun first; the very largest one's progress is told."""
    with ThreadPoolExecutor(min(_AT_ONCE, cores()), thread_name_prefix="rung") as pool:
        begun = [
            pool.submit(
                _make_rung, job if number == len(rungs) else replace(job, on_frames=None), rung, f"v{number}"
            )
            for number, rung in reversed(list(enumerate(rungs, 1)))
        ]
        return [one.result() for one in reversed(begun)]


def _make_rung(job: Job, rung: Rendition, folder: str) -> Path:
    (job.folder / folder).mkdir()
    stream = job.picture()
    if rung.rate != job.rate:
        stream = stream.filter("fps", format_rate(rung.rate))
    if (rung.width, rung.height) != (job.delivery.picture.width, job.delivery.picture.height):
        stream = scaled(stream, w=rung.width, h=rung.height)
    stream = stream.filter("setsar", 1).filter("format", "yuv420p")
    gop = max(1, round_half_up(rung.rate * Fraction(str(job.setting("key_seconds", 2)))))
    settings = EncoderSettings(
        job.delivery.picture.colour,
        profile="high",
        speed="medium",
        bitrate_kbps=rung.kbps,
        maxrate_kbps=rung.kbps * 3 // 2,
        bufsize_kbps=rung.kbps * 2,
        gop_frames=gop,
        bframes=_REORDER if rung.rate == _limited(job.rate, _MOST_FPS) else 1,
        scenecut=False,
    )
    output = ffmpeg.output(stream, f"{folder}/index.m3u8", vcodec="libx264", **_options(job, folder))
    arguments = output.get_args()
    run(
        [*arguments[:-1], *held_to("libx264", encoder_options("libx264", settings), SHARED), arguments[-1]],
        on_frames=job.on_frames,
        cancel=job.cancel,
        cwd=job.folder,
    )
    return job.folder / folder / "index.m3u8"


def _make_audio(job: Job) -> Path | None:
    spec = job.delivery.sound
    if job.sound is None or spec is None:
        return None
    from stitcher.rendering.packaging import film_length_audio

    (job.folder / "audio").mkdir()
    lead = frames_to_samples(_REORDER, _limited(job.rate, _MOST_FPS)) - _AAC_DELAY
    stream = film_length_audio(job).filter("adelay", delays=f"{max(lead, 0)}S", all=1)
    output = ffmpeg.output(stream, "audio/index.m3u8", acodec=spec.encoder, **_options(job, "audio"))
    arguments = output.get_args()
    run([*arguments[:-1], *spec.options, arguments[-1]], cancel=job.cancel, cwd=job.folder)
    return job.folder / "audio" / "index.m3u8"


_ENTRY = re.compile(r"#EXTINF:([\d.]+),[^\n]*\n(?:#[^\n]*\n)*([^#\n]+)")


def _measured(playlist: Path) -> tuple[int, int]:
    """Peak and mean bits a second over the segments of a media playlist."""
    entries = [
        (Fraction(seconds), (playlist.parent / name.strip()).stat().st_size * 8)
        for seconds, name in _ENTRY.findall(playlist.read_text(encoding="utf-8"))
    ]
    total = sum((seconds for seconds, _ in entries), Fraction(0))
    if not entries or not total:
        raise VerifyError(f"The playlist {playlist.name} of {playlist.parent.name} names no segments.")
    # A last segment of a few frames says nothing about the bandwidth the stream needs.
    longest = max(seconds for seconds, _ in entries)
    peak = max(bits / seconds for seconds, bits in entries if seconds * 2 >= longest)
    return round_half_up(peak), round_half_up(sum(bits for _, bits in entries) / total)


def _codec_name(init: Path) -> str:
    try:
        return avc_codec_name(init.read_bytes())
    except ValueError:
        raise VerifyError(f"{init.name} of {init.parent.name} holds no H.264 parameter sets.") from None
