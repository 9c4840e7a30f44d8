"""Values as a probe would give them, for tests that need no file."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

from stitcher.media.clip import AudioStream, Clip, Colour, KeyFrame, Sound, VideoStream


def make_audio(
    *,
    index: int = 0,
    start: Fraction = Fraction(0),
    duration: Fraction | None = Fraction(5),
    sample_rate: int = 48_000,
    channels: int = 2,
    **more: object,
) -> AudioStream:
    """A sound stream of a file."""
    return AudioStream(
        index=index,
        codec="aac",
        sample_rate=sample_rate,
        channels=channels,
        layout="stereo" if channels == 2 else "mono",
        start=start,
        duration=duration,
        **more,  # type: ignore[arg-type]  # any further field of AudioStream, by name
    )


def make_clip(
    *,
    path: str | Path = "/footage/clip.mp4",
    frames: int = 121,
    rate: Fraction | int | None = 24,
    size: tuple[int, int] = (1280, 720),
    group: int = 24,
    audio: tuple[AudioStream, ...] = (),
    pts: tuple[int, ...] | None = None,
    time_base: Fraction | None = None,
    rotation: int = 0,
    sample_aspect: Fraction = Fraction(1),
    colour: Colour | None = None,
    codec: str = "h264",
    parameter_sets: bytes = b"\x01avcC",
    pixel_format: str = "yuv420p",
    bit_depth: int = 8,
    **video: object,
) -> Clip:
    """A clip whose packets are in display order, with an IDR every `group` pictures.

    With `rate=None` the clip is variable and `pts` (in `time_base`, 1/1000 unless given) tells its times.
    """
    if rate is None:
        time_base = time_base or Fraction(1, 1000)
        assert pts is not None, "a variable clip needs its pts"
        frames = len(pts)
        span = (pts[-1] - pts[0]) * time_base
        average = Fraction(frames - 1) / span
    else:
        average = Fraction(rate)
        time_base = time_base or 1 / (average * 512)
        pts = pts or tuple(round(Fraction(picture) / average / time_base) for picture in range(frames))
    where = Path(path)
    stream = VideoStream(
        index=0,
        codec=codec,
        codec_tag="avc1",
        profile="High",
        level=31,
        width=size[0],
        height=size[1],
        sample_aspect=sample_aspect,
        rotation=rotation,
        rate=None if rate is None else average,
        average_rate=average,
        frames=frames,
        time_base=time_base,
        pts=pts,
        display=tuple(range(frames)),
        keys=tuple(KeyFrame(packet, "idr") for packet in range(0, frames, group)),
        pixel_format=pixel_format,
        bit_depth=bit_depth,
        colour=colour or Colour(),
        field_order="progressive",
        reorder_delay=0,
        parameter_sets=parameter_sets,
        encoder_settings="",
        intra_only=group == 1,
        **video,  # type: ignore[arg-type]  # any further field of VideoStream, by name
    )
    return Clip(
        path=where,
        sha256=hashlib.sha256(f"{where}:{frames}".encode()).hexdigest(),
        size=1000 * frames,
        container="mov",
        video=stream,
        audio=audio,
    )


def make_sound(
    *,
    path: str | Path = "/sound/score.wav",
    duration: Fraction | int | None = Fraction(30),
    sample_rate: int = 48_000,
    channels: int = 2,
) -> Sound:
    """A sound as a probe would give it."""
    where = Path(path)
    return Sound(
        path=where,
        sha256=hashlib.sha256(str(where).encode()).hexdigest(),
        container="wav",
        stream=make_audio(
            duration=None if duration is None else Fraction(duration),
            sample_rate=sample_rate,
            channels=channels,
        ),
    )
