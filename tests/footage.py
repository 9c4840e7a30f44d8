"""Footage made at test time whose pixels say which clip and which frame they are.

Every picture has a panel of 8 x 5 black and white cells inside a white ring: 8 bits of clip, 16 bits of
frame, 16 bits of check sum. The ring is how a decoder finds the panel again after scaling, padding or a mild
crop; the check sum is how it knows that a dissolve or a broken picture is not a code.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import wave
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np

COLUMNS, ROWS = 8, 5
BLACK, WHITE, GREY = 16, 235, 110
GEN4_CUTS = (26, 45)
"""Where a 5 s Gen-4 file was seen to have I pictures that are no IDR."""


class Unreadable(ValueError):
    """The picture holds no code: it is a blend, a title, or broken."""


def _check_sum(message: bytes) -> bytes:
    return (zlib.crc32(message) & 0xFFFF).to_bytes(2, "big")


def _bits(clip_id: int, frame_no: int) -> np.ndarray:
    message = bytes([clip_id]) + frame_no.to_bytes(2, "big")
    message += _check_sum(message)
    return np.unpackbits(np.frombuffer(message, np.uint8)).reshape(ROWS, COLUMNS)


def _panel(width: int, height: int, share: float) -> tuple[int, int, int, int, int]:
    """x, y, width, height of the ring, and its thickness, in pixels; cells are whole pixels."""
    ring = max(2, int(height * share) // 24)
    cell_w = (int(width * 0.82 * share) - 2 * ring) // COLUMNS
    cell_h = (int(height * 0.78 * share) - 2 * ring) // (ROWS + 1)
    panel_w, panel_h = cell_w * COLUMNS + 2 * ring, cell_h * (ROWS + 1) + 2 * ring
    return (width - panel_w) // 2, (height - panel_h) // 2, panel_w, panel_h, ring


def paint_code(clip_id: int, frame_no: int, size: tuple[int, int] = (160, 96), scene: int = 0) -> np.ndarray:
    """The luma, `(height, width)` uint8 in 16..235, of one coded picture.

    With a `scene` above 0 the panel is half as large, and each scene changes everything around it at once, so
    that an encoder sees a cut there.
    """
    width, height = size
    x = np.arange(width)[None, :]
    y = np.arange(height)[:, None]
    if scene:
        noise = np.random.default_rng(scene).integers(30, 160, (height // 6 + 1, width // 6 + 1))
        luma = np.kron(noise, np.ones((6, 6)))[:height, :width].astype(np.uint8)
    else:
        luma = (GREY + 24 * np.sin(x / 17 + clip_id) + 16 * np.cos(y / 11 + frame_no / 9)).astype(np.uint8)
    left, top, panel_w, panel_h, ring = _panel(width, height, 0.5 if scene else 1)
    luma[top : top + panel_h, left : left + panel_w] = WHITE
    luma[top + ring : top + panel_h - ring, left + ring : left + panel_w - ring] = BLACK
    cell_w, cell_h = (panel_w - 2 * ring) // COLUMNS, (panel_h - 2 * ring) // (ROWS + 1)
    # Half a cell of black above and below the cells keeps white cells apart from the ring.
    cells = np.kron(_bits(clip_id, frame_no), np.ones((cell_h, cell_w), np.uint8))
    y0, x0 = top + ring + cell_h // 2, left + ring
    luma[y0 : y0 + ROWS * cell_h, x0 : x0 + COLUMNS * cell_w][cells == 1] = WHITE
    return luma


def _middle(start: float, length: float) -> slice:
    """The pixels in the middle of a cell, away from what its neighbours ring into it."""
    first = int(start + length * 0.3)
    return slice(first, max(first + 1, int(start + length * 0.7)))


def read_code(gray: np.ndarray, box: tuple[int, int, int, int] | None = None) -> tuple[int, int]:
    """`(clip_id, frame_no)` of a picture's luma, uint8, or of RGB whose green channel stands for it.

    `box` (x, y, width, height) looks only there, for pictures whose padding is not dark. Raises `Unreadable`.
    """
    luma = gray[..., 1] if gray.ndim == 3 else gray
    if luma.dtype != np.uint8:
        luma = np.clip(luma, 0, 255).astype(np.uint8)
    if box is not None:
        luma = luma[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
    bright = luma > 180
    # A line of the ring is bright over most of the panel; specks that ringing leaves outside are not.
    columns = np.flatnonzero(bright.sum(axis=0) > luma.shape[0] * 0.3)
    rows = np.flatnonzero(bright.sum(axis=1) > luma.shape[1] * 0.3)
    if len(columns) < 2 or len(rows) < 2:
        raise Unreadable("no white ring in the picture")
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    # The ring's thickness relative to the panel depends on the painted size; measure it along the top gap.
    middle = luma[top:bottom, left + (right - left) // 2]
    dark = np.flatnonzero(middle < 128)
    if len(dark) == 0:
        raise Unreadable("no panel inside the ring")
    ring_y = int(dark[0])
    row = luma[min(top + ring_y + 1, bottom - 1), left:right]
    dark = np.flatnonzero(row < 128)
    ring_x = int(dark[0]) if len(dark) else ring_y
    cell_w = (right - left - 2 * ring_x) / COLUMNS
    cell_h = (bottom - top - 2 * ring_y) / (ROWS + 1)
    down = [_middle(top + ring_y + (row + 0.5) * cell_h, cell_h) for row in range(ROWS)]
    across = [_middle(left + ring_x + column * cell_w, cell_w) for column in range(COLUMNS)]
    # Over the rows first, then over the columns: thirteen sums instead of forty means.
    lines = np.stack([luma[row].sum(axis=0, dtype=np.int64) for row in down])
    sums = np.stack([lines[:, column].sum(axis=1) for column in across], axis=1)
    levels = sums / np.outer(
        [row.stop - row.start for row in down], [part.stop - part.start for part in across]
    )
    grey = np.argwhere((levels > 90) & (levels < 165))
    if len(grey):
        r, c = grey[0]
        raise Unreadable(f"cell {r},{c} is grey ({levels[r, c]:.0f}): a blend of two pictures")
    message = np.packbits(levels > 128).tobytes()
    if _check_sum(message[:3]) != message[3:]:
        raise Unreadable("the check sum does not agree")
    return message[0], int.from_bytes(message[1:3], "big")


def blend_weight(luma: np.ndarray, earlier: np.ndarray, later: np.ndarray) -> float:
    """How much of `later` is in a blend, 0 to 1, by least squares over every pixel where the two differ."""
    base = earlier.astype(np.float64)
    way = later.astype(np.float64) - base
    return float(((luma.astype(np.float64) - base) * way).sum() / (way * way).sum())


def ffmpeg_exe() -> str:
    """The ffmpeg program that test footage is made with."""
    return imageio_ffmpeg.get_ffmpeg_exe()


def run_ffmpeg(*arguments: str, stdin: bytes | None = None) -> None:
    """Run ffmpeg to its end; fails the test with what it said."""
    done = subprocess.run(
        [ffmpeg_exe(), "-nostdin" if stdin is None else "-hide_banner", "-v", "error", "-y", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"ffmpeg {' '.join(arguments)}\n{done.stderr.decode(errors='replace')}")


def click_track(seconds: float, rate: int = 48_000, channels: int = 2, every: float = 1.0) -> np.ndarray:
    """`(samples, channels)` float32: silence with a 2 ms click at each multiple of `every` seconds."""
    samples = np.zeros((round(seconds * rate), channels), np.float32)
    length = round(0.002 * rate)
    burst = (0.9 * np.sin(np.arange(length) * np.pi / 8)).astype(np.float32)[:, None]
    for start in range(0, len(samples), round(every * rate)):
        samples[start : start + length] = burst[: len(samples) - start]
    return samples


def tone(seconds: float, hertz: float = 440.0, rate: int = 48_000, channels: int = 2) -> np.ndarray:
    """`(samples, channels)` float32: a sine at half of full scale."""
    wave_ = 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave_[:, None], channels, axis=1).astype(np.float32)


def write_wav(path: Path, samples: np.ndarray, rate: int = 48_000) -> Path:
    """16-bit WAV of `(samples, channels)` float32 in [-1, 1]."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def join_copied(out: Path, *parts: Path, extra: Sequence[str] = ()) -> Path:
    """The parts one after the other in one file, packets as they are: what editors call merging."""
    listed = out.with_suffix(".txt")
    listed.write_text("".join(f"file '{part}'\n" for part in parts))
    run_ffmpeg("-f", "concat", "-safe", "0", "-i", str(listed), "-c", "copy", *extra, str(out))
    return out


def join_hevc(out: Path, *parts: Path) -> Path:
    """The same for HEVC, whose later parameter sets FFmpeg's `concat` leaves out: joined as transport streams."""
    streams = [out.with_name(f"{out.stem}-{number}.ts") for number in range(len(parts))]
    for part, stream in zip(parts, streams, strict=True):
        run_ffmpeg("-i", str(part), "-c", "copy", str(stream))
    return join_copied(out, *streams, extra=("-tag:v", "hev1") if out.suffix in (".mp4", ".mov") else ())


_AUDIO_CODECS = {".mov": "pcm_s16le", ".mkv": "pcm_s16le", ".mxf": "pcm_s16le", ".webm": "libopus"}
_DEFAULT_OPTIONS = {
    "libx264": ("-preset", "ultrafast", "-crf", "16", "-bf", "2", "-g", "24"),
    "libx265": ("-preset", "ultrafast", "-crf", "16", "-tag:v", "hvc1", "-x265-params", "log-level=error"),
    "prores_ks": ("-profile:v", "3"),
    "dnxhd": ("-profile:v", "dnxhr_hq"),
    "mjpeg": ("-q:v", "2"),
    "libvpx-vp9": ("-deadline", "realtime", "-cpu-used", "8", "-crf", "20", "-b:v", "0"),
}
_PIXELS = {"prores_ks": "yuv422p10le", "dnxhd": "yuv422p", "mjpeg": "yuvj420p"}
GEN4_OPTIONS = (
    *("-preset", "veryfast", "-crf", "18", "-bf", "3", "-profile:v", "high"),
    *("-x264-params", "keyint=250:min-keyint=126:scenecut=700:rc-lookahead=20"),
)
"""Groups as Gen-4 makes them: one IDR, later I pictures that are none. Use with `cuts=GEN4_CUTS`."""


def make_coded_clip(
    path: Path,
    clip_id: int,
    frames: int = 49,
    rate: Fraction = Fraction(24),
    size: tuple[int, int] = (160, 96),
    *,
    codec: str = "libx264",
    options: Sequence[str] | None = None,
    pix_fmt: str | None = None,
    opens_with: tuple[int, int] | None = None,
    repeats: int = 1,
    cuts: Sequence[int] = (),
    still: bool = False,
    level: int | None = None,
    first_frame_no: int = 0,
    audio: str | None = None,
    audio_codec: str | None = None,
    audio_rate: int = 48_000,
    audio_channels: int = 2,
    rotation: int = 0,
    sample_aspect: Fraction | None = None,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    colour: tuple[str, str, str, str] | None = None,
    interlaced: bool = False,
    faststart: bool = False,
    extra: Sequence[str] = (),
) -> Path:
    """Write a clip: frame n reads back as `(clip_id, first_frame_no + n)`; the suffix names the container.

    `opens_with=(clip, frame)` paints frame 0 as that picture of another clip, as a chained take does; with `repeats`
    above 1 the pictures before it as well, as an extension does. `cuts`
    change the surroundings at those frames, so that x264 sees a scene cut. `still` repeats frame 0; `level`
    paints flat luma instead. `size` is the stored size; with `rotation` (clockwise degrees a player applies)
    the code is upright only once turned. `pts` are the time stamps of every frame in `time_base` units, for
    variable rate. `colour` is (range, primaries, transfer, matrix); none of them is written without it.
    `audio` is `click` (each whole second), `tone`, or `silence`.
    """
    width, height = size
    turned = rotation in (90, 270)
    upright = (height, width) if turned else size
    pictures = []
    scene = 1 if cuts else 0
    for n in range(frames):
        if n in cuts:
            scene += 1
        if level is not None:
            luma = np.full((upright[1], upright[0]), level, np.uint8)
        elif opens_with is not None and n < repeats:
            luma = paint_code(opens_with[0], opens_with[1] - repeats + 1 + n, upright)
        else:
            luma = paint_code(clip_id, first_frame_no + (0 if still else n), upright, scene)
        pictures.append(np.rot90(luma, k=rotation // 90).tobytes())
        chroma = ((width + 1) // 2) * ((height + 1) // 2)
        tint = 128 if level is not None else 112 + clip_id * 7 % 32
        pictures.append(bytes([tint]) * chroma + bytes([256 - tint]) * chroma)

    scratch = path.with_name(f".{path.stem}-{os.getpid()}")
    wav = scratch.with_suffix(".wav")
    arguments = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-s",
        f"{width}x{height}",
        "-r",
        str(rate),
        "-i",
        "-",
    ]
    sound: list[str] = ["-an"]
    if audio is not None:
        seconds = float(frames / rate)
        if audio == "click":
            samples = click_track(seconds, audio_rate, audio_channels)
        else:
            samples = tone(seconds, 440.0, audio_rate, audio_channels) * (audio != "silence")
        write_wav(wav, samples, audio_rate)
        arguments += ["-i", str(wav)]
        sound = ["-c:a", audio_codec or _AUDIO_CODECS.get(path.suffix, "aac")]
    filters = [f"setsar={sample_aspect.numerator}/{sample_aspect.denominator}"] if sample_aspect else []
    if interlaced:
        filters.append("setfield=tff")
    if colour is not None:
        # The filter, because ffmpeg lets the pictures' own (unknown) primaries and transfer win over options.
        names = ("range", "color_primaries", "color_trc", "colorspace")
        pairs = zip(names, colour, strict=True)
        filters.append("setparams=" + ":".join(f"{name}={value}" for name, value in pairs))
    timing: list[str] = ["-fps_mode", "passthrough"] if pts is not None else []
    if pts is not None:
        base = time_base or Fraction(1, 12800)
        expression = "+".join(f"eq(N\\,{n})*{stamp}" for n, stamp in enumerate(pts))
        filters += [f"settb={base}", f"setpts={expression}"]
        timing += ["-enc_time_base", str(base)]
    arguments += ["-map", "0:v", *(["-map", "1:a"] if audio else [])]
    if filters:
        arguments += ["-vf", ",".join(filters)]
    arguments += ["-c:v", codec, *(options if options is not None else _DEFAULT_OPTIONS.get(codec, ()))]
    arguments += ["-pix_fmt", pix_fmt or _PIXELS.get(codec, "yuv420p"), "-threads", "1", *timing, *sound]
    if interlaced:
        arguments += ["-flags", "+ilme+ildct"]
    if path.suffix in (".mp4", ".mov"):
        arguments += ["-movflags", "+faststart" if faststart else "0"]
        if pts is None:
            arguments += [
                "-video_track_timescale",
                str(rate.numerator * (512 if rate.denominator == 1 else 1)),
            ]
    made = scratch.with_suffix(path.suffix)
    run_ffmpeg(*arguments, *extra, str(made), stdin=b"".join(pictures))
    wav.unlink(missing_ok=True)
    if rotation:
        flat = made.with_name(f"{made.stem}-flat{path.suffix}")
        made.rename(flat)
        run_ffmpeg("-display_rotation", str(-rotation), "-i", str(flat), "-map", "0", "-c", "copy", str(made))
        flat.unlink()
    # Two workers may make the same clip: each renames a whole file into place.
    made.replace(path)
    return path


@dataclass(frozen=True)
class Footage:
    """Coded clips by their description: each is made once a session, for all workers."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)

    def clip(self, clip_id: int = 1, *, suffix: str = ".mp4", **options: Any) -> Path:
        """The clip of `make_coded_clip(..., clip_id, **options)`. Never alter it: copy it first."""
        said = repr((clip_id, suffix, sorted(options.items())))
        name = f"clip{clip_id}-{hashlib.sha256(said.encode()).hexdigest()[:12]}{suffix}"
        path = self.folder / name
        if name not in self.made and not path.exists():
            make_coded_clip(path, clip_id, **options)
        self.made[name] = path
        return path

    def chain(self, count: int, first_id: int = 1, *, frames: int = 49, **options: Any) -> list[Path]:
        """Clips of which each opens with the last frame of the one before."""
        return [
            self.clip(
                first_id + n,
                frames=frames,
                opens_with=(first_id + n - 1, frames - 1) if n else None,
                **options,
            )
            for n in range(count)
        ]

    def gen4(self, clip_id: int = 1, **options: Any) -> Path:
        """A 5 s clip with the groups of a Gen-4 file: I at 0, 26 and 45, only the first an IDR."""
        settings: dict[str, Any] = {
            "frames": 121,
            "size": (320, 180),
            "options": GEN4_OPTIONS,
            "cuts": GEN4_CUTS,
            **options,
        }
        return self.clip(clip_id, **settings)

    def wav(self, name: str, samples: np.ndarray, rate: int = 48_000) -> Path:
        """A WAV file of `(samples, channels)` float32, kept under `name` and its content's hash."""
        digest = hashlib.sha256(samples.tobytes() + str(rate).encode()).hexdigest()[:12]
        path = self.folder / f"{name}-{digest}.wav"
        if not path.exists():
            scratch = path.with_name(f".{path.stem}-{os.getpid()}.wav")
            write_wav(scratch, samples, rate).replace(path)
        return path
