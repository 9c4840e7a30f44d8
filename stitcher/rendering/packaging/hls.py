"""HLS streaming: a ladder of fMP4 renditions with their playlists, and the master playlist that names them.

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
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import ffmpeg

from stitcher.delivery.encoders import EncoderSettings, encoder_options
from stitcher.delivery.packaging_settings import HlsSettings
from stitcher.delivery.preset import Rung
from stitcher.errors import VerifyError
from stitcher.media.decoder_config import avc_codec_name
from stitcher.media.filters import scaled
from stitcher.media.threads import SHARED, cores, held_to
from stitcher.rendering.packaging.base import PackagingJob
from stitcher.rendering.packaging.hls_captions import GROUP, write_captions
from stitcher.timebase import format_decimal, format_rate, frames_to_samples, round_half_up

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


def plan_ladder(ladder: Sequence[Rung], width: int, height: int, rate: Fraction) -> tuple[Rendition, ...]:
    """The renditions of a ladder for a film, lowest first.

    Every one has the film's shape, turned upright with it, and is no larger than the film; `source` is the
    film's size within 1920x1080. Below 1280x720 the source rungs are left out, unless nothing else fits.
    Rates above a rung's limit are halved.
    """
    fixed: list[Rendition] = []
    source: list[Rendition] = []
    for rung in ladder:
        box = _BOX if rung.size == "source" else rung.size
        if rung.size != "source" and _scale(width, height, box) > 1:
            continue
        limited = _limited(rate, rung.max_fps or _MOST_FPS)
        rendition = Rendition(*_fit(width, height, box), rung.kbps, limited)
        (source if rung.size == "source" else fixed).append(rendition)
    if fixed and width * height < _TOP_FIXED:
        source = []
    return tuple(fixed + (source if fixed else source[:1]))


def _scale(width: int, height: int, box: tuple[int, int]) -> Fraction:
    long, short = max(box), min(box)
    across, down = (short, long) if height > width else (long, short)
    return min(Fraction(across, width), Fraction(down, height))


def _fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    scale = min(Fraction(1), _scale(width, height, box))
    return max(2, round_half_up(width * scale / 2) * 2), max(2, round_half_up(height * scale / 2) * 2)


def _limited(rate: Fraction, most: int) -> Fraction:
    while rate > most:
        rate /= 2
    return rate


def make_hls(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """Everything of the streaming folder, the master playlist first."""
    picture, settings = job.delivery.picture, job.delivery.packaging
    assert isinstance(settings, HlsSettings)
    renditions = plan_ladder(settings.ladder, picture.width, picture.height, job.rate)
    audio = _make_audio(job, settings, folder)
    playlists = _make_renditions(job, settings, renditions, folder)
    master = folder / "master.m3u8"
    lead = Fraction(_REORDER) / _limited(job.rate, _MOST_FPS)
    captions = list(write_captions(job.captions, folder, rate=job.rate, frames=job.frames, lead=lead))
    text = _master_playlist(job, renditions, playlists, audio=audio, captions=captions)
    master.write_text(text, encoding="utf-8")
    others = sorted(path for path in folder.rglob("*") if path.is_file() and path != master)
    return (master, *others)


def _master_playlist(
    job: PackagingJob,
    renditions: Sequence[Rendition],
    playlists: Sequence[Path],
    *,
    audio: Path | None,
    captions: Sequence[str],
) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS", *captions]
    groups = (',AUDIO="audio"' if audio else "") + (f',SUBTITLES="{GROUP}"' if captions else "")
    sound_peak = sound_mean = 0
    if audio is not None:
        sound_peak, sound_mean = _measured(audio)
        channels = job.delivery.sound.channels if job.delivery.sound else 2
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{channels}",URI="audio/index.m3u8"'
        )
    for number, (rendition, playlist) in enumerate(zip(renditions, playlists, strict=True), 1):
        peak, mean = _measured(playlist)
        codecs = f"{_codec_name(playlist.parent / 'init.mp4')}{',mp4a.40.2' if audio else ''}"
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak + sound_peak},AVERAGE-BANDWIDTH={mean + sound_mean},"
            f'CODECS="{codecs}",RESOLUTION={rendition.width}x{rendition.height},'
            f"FRAME-RATE={format_decimal(rendition.rate, 3)}{groups}"
        )
        lines.append(f"v{number}/index.m3u8")
    return "\n".join(lines) + "\n"


def _options(settings: HlsSettings, name: str) -> dict[str, object]:
    return {
        "f": "hls",
        "hls_time": format_decimal(settings.segment_seconds),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": f"{name}/segment%05d.m4s",
        "hls_segment_options": "use_editlist=0",
    }


def _make_renditions(
    job: PackagingJob, settings: HlsSettings, renditions: Sequence[Rendition], folder: Path
) -> list[Path]:
    """Their playlists. The largest, which take longest, are begun first; the very largest one's progress is told."""

    def make(number: int, rendition: Rendition) -> Path:
        (folder / f"v{number}").mkdir()
        arguments = rendition_arguments(job, settings, rendition, f"v{number}")
        job.run_arguments(folder, arguments, frames=number == len(renditions))
        return folder / f"v{number}" / "index.m3u8"

    with ThreadPoolExecutor(min(_AT_ONCE, cores()), thread_name_prefix="rendition") as pool:
        begun = [pool.submit(make, *numbered) for numbered in reversed(list(enumerate(renditions, 1)))]
        return [one.result() for one in reversed(begun)]


def rendition_arguments(
    job: PackagingJob, settings: HlsSettings, rendition: Rendition, name: str
) -> list[str]:
    """ffmpeg's arguments, without the program, that write a rendition to the folder `name`."""
    stream = job.picture()
    if rendition.rate != job.rate:
        stream = stream.filter("fps", format_rate(rendition.rate))
    if (rendition.width, rendition.height) != (job.delivery.picture.width, job.delivery.picture.height):
        stream = scaled(stream, w=rendition.width, h=rendition.height)
    stream = stream.filter("setsar", 1).filter("format", "yuv420p")
    encoder_settings = EncoderSettings(
        job.delivery.picture.colour,
        profile="high",
        speed="medium",
        bitrate_kbps=rendition.kbps,
        maxrate_kbps=rendition.kbps * 3 // 2,
        bufsize_kbps=rendition.kbps * 2,
        gop_frames=max(1, round_half_up(rendition.rate * settings.key_seconds)),
        bframes=_REORDER if rendition.rate == _limited(job.rate, _MOST_FPS) else 1,
        scenecut=False,
    )
    output = ffmpeg.output(stream, f"{name}/index.m3u8", vcodec="libx264", **_options(settings, name))
    *arguments, playlist = output.get_args()
    encoding = held_to("libx264", encoder_options("libx264", encoder_settings), SHARED)
    return [*arguments, *encoding, playlist]


def _make_audio(job: PackagingJob, settings: HlsSettings, folder: Path) -> Path | None:
    spec = job.delivery.sound
    if job.sound is None or spec is None:
        return None
    (folder / "audio").mkdir()
    lead = frames_to_samples(_REORDER, _limited(job.rate, _MOST_FPS)) - _AAC_DELAY
    stream = job.audio(job.sound).filter("adelay", delays=f"{max(lead, 0)}S", all=1)
    output = ffmpeg.output(stream, "audio/index.m3u8", acodec=spec.encoder, **_options(settings, "audio"))
    *arguments, playlist = output.get_args()
    job.run_arguments(folder, [*arguments, *spec.options, playlist], frames=False)
    return folder / "audio" / "index.m3u8"


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
