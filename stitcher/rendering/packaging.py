"""Deliverables that are made from a finished film: streaming ladders, image sequences, GIFs, stills and MXF.

Each is made in a hidden folder beside its target and renamed when it is right, so it exists whole or not at
all. A folder is only ever replaced by the same kind of folder.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.delivery.spec import DeliverySpec, SoundSpec
from stitcher.errors import OutputError, VerifyError
from stitcher.formats.colour import MATRICES, TRANSFERS, swscale_matrix, zimg_name
from stitcher.media.clip import Colour
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import disk_errors, publish, temporary_beside
from stitcher.media.filters import SCALE_FLAGS, scaled
from stitcher.media.pixel_format import pixel_format
from stitcher.media.sniff import sniff
from stitcher.timebase import SAMPLE_RATE, format_decimal, format_rate, frames_to_samples

START_TIMECODE = "01:00:00:00"
"""Where a film's timecode begins unless told otherwise; what editors expect."""

_IMAGES = {"png16": "png", "exr": "exr", "png": "png", "jpg": "jpg"}


@dataclass(frozen=True, slots=True)
class Job:
    """One film to be finished."""

    delivery: DeliverySpec
    film: Path
    sound: Path | None
    target: Path
    folder: Path
    """Empty and hidden; everything is written here."""
    frames: int
    rate: Fraction
    still: int
    timecode: str
    on_frames: Callable[[int], None] | None
    cancel: threading.Event | None

    def setting(self, name: str, usual: Any = None) -> Any:
        """One of the delivery's settings for this step."""
        return dict(self.delivery.finish).get(name, usual)

    def picture(self) -> Any:
        """The film's picture, tagged as what it is, as an ffmpeg-python stream."""
        stream = ffmpeg.input(file_url(self.film), **input_options(self.film)).video
        return stream.filter("setparams", **tags(self.delivery.picture.colour))

    def run(self, *outputs: Any, frames: bool = True) -> None:
        """Run a graph with the hidden folder as working directory; outputs are named relative to it."""
        merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
        run(
            merged.get_args(),
            on_frames=self.on_frames if frames else None,
            cancel=self.cancel,
            cwd=self.folder,
        )


def finish(
    delivery: DeliverySpec,
    film: Path,
    sound: Path | None,
    target: Path,
    *,
    frames: int,
    rate: Fraction,
    still: int = 0,
    timecode: str = START_TIMECODE,
    on_frames: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
) -> tuple[Path, ...]:
    """Make the deliverable of a finished film and return its files, the one to open first in front.

    `film` holds the picture (its sound, if any, is not used), `sound` the mix at film length. `target` is a
    folder for `hls`, `frames` and `mxf_opatom`, a file for the others. `still` is the picture of the film that a
    still is. Raises
    `OutputError` when a folder of other things stands there, `FfmpegFailed`, `DiskFull`, `Interrupted`, and
    `VerifyError` when the result is not what was planned.
    """
    from stitcher.rendering import hls

    makers = {
        "hls": hls.make_hls,
        "frames": _make_frames,
        "gif": _make_gif,
        "still": _make_still,
        "mxf": _make_mxf,
        "mxf_opatom": _make_opatom,
    }
    make = makers.get(delivery.container)
    if make is None:
        raise ValueError(f"{delivery.container} is muxed, not finished")
    as_folder = delivery.container in ("hls", "frames", "mxf_opatom")
    if as_folder:
        _refuse_foreign(target)
    with _hidden_folder(target) as folder:
        job = Job(delivery, film, sound, target, folder, frames, rate, still, timecode, on_frames, cancel)
        made = make(job)
        if as_folder:
            names = [path.relative_to(folder) for path in made]
            _swap_folder(folder, target)
            return tuple(target / name for name in names)
        return tuple(_publish_beside(path, target) for path in made)


def input_options(path: Path) -> dict[str, str]:
    """Input options that leave ffmpeg no choice of how to read a file."""
    return {"f": sniff(path).demuxer, "protocol_whitelist": "file"}


def tags(colour: Colour) -> dict[str, str]:
    """Arguments of `setparams` that say what the pictures are, without converting them."""
    return {
        "range": colour.range or "tv",
        "color_primaries": colour.primaries or "bt709",
        "color_trc": colour.transfer or "bt709",
        "colorspace": colour.matrix or "bt709",
    }


@contextmanager
def _hidden_folder(target: Path) -> Iterator[Path]:
    folder = temporary_beside(target.with_suffix(""))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_OWN = re.compile(r"(v|audio)\d*|.*\.(m3u8|m4s|mp4)|\d{6}\.(png|exr)|sound\.wav|.*_[va]\d+\.mxf")


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(f"{str(target)!r} is a file, and this deliverable is a folder; give another name.")
    foreign = next((entry.name for entry in target.iterdir() if not _OWN.fullmatch(entry.name)), None)
    if foreign is not None:
        raise OutputError(f"{str(target)!r} holds other things ({foreign!r}); give a new or empty folder.")


def _swap_folder(folder: Path, target: Path) -> None:
    with disk_errors(target):
        if not target.exists():
            folder.rename(target)
            return
        old = temporary_beside(target)
        target.rename(old)
        try:
            folder.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _publish_beside(made: Path, target: Path) -> Path:
    """Rename a file made under the name `film` + something to the target's stem + the same something."""
    extra = made.stem.removeprefix("film")
    place = target.with_name(f"{target.stem}{extra}{target.suffix or made.suffix}")
    publish(made, place)
    return place


def sound_file(job: Job, name: str) -> Path | None:
    """The mix as a PCM WAV of film length in the hidden folder; `None` for a silent film."""
    if job.sound is None:
        return None
    spec = job.delivery.sound
    encoder = spec.encoder if spec and spec.encoder.startswith("pcm") else "pcm_s24le"
    stream = film_length_audio(job)
    job.run(ffmpeg.output(stream, name, acodec=encoder, f="wav", rf64="auto"), frames=False)
    return job.folder / name


def film_length_audio(job: Job, track: int = 0) -> Any:
    """One sound stream of the mix, cut or filled with silence to exactly the film's length."""
    assert job.sound is not None
    samples = frames_to_samples(job.frames, job.rate)
    stream = ffmpeg.input(file_url(job.sound), **input_options(job.sound))[f"a:{track}"]
    padded = stream.filter("aresample", SAMPLE_RATE).filter("apad", whole_len=samples)
    return padded.filter("atrim", end_sample=samples)


def _sound_streams(path: Path) -> int:
    from stitcher.media.container import opened

    with opened(path, sniff(path).demuxer) as container:
        return len(container.streams.audio)


_PNG_PIXELS = {
    (True, False): "rgb48be",
    (True, True): "rgba64be",
    (False, False): "rgb24",
    (False, True): "rgba",
}
"""By whether there are 16 bits, and alpha."""


def _make_frames(job: Job) -> tuple[Path, ...]:
    image = job.setting("image", "png16")
    colour = job.delivery.picture.colour
    if image == "exr":
        stream = _linear(job.picture(), colour).filter("format", "gbrpf32le")
        options = {"vcodec": "exr", "compression": "zip16", "format:v": "half"}
    else:
        pixels = _PNG_PIXELS[image == "png16", pixel_format(job.delivery.picture.pixel_format).alpha]
        stream = _full_range_rgb(job.picture(), colour, pixels)
        options = {"vcodec": "png", "pred": "mixed"}
    suffix = _IMAGES[image]
    job.run(ffmpeg.output(stream, f"%06d.{suffix}", f="image2", start_number=0, **options))
    pictures = sorted(job.folder.glob(f"*.{suffix}"))
    if len(pictures) != job.frames:
        raise VerifyError(f"The sequence came out with {len(pictures)} pictures instead of {job.frames}.")
    wav = sound_file(job, "sound.wav")
    return (*pictures, *((wav,) if wav else ()))


def _full_range_rgb(stream: Any, colour: Colour, pixel_format: str) -> Any:
    return stream.filter(
        "scale",
        in_color_matrix=swscale_matrix(colour.matrix or "bt709"),
        in_range=colour.range or "tv",
        out_range="pc",
        flags=SCALE_FLAGS,
    ).filter("format", pixel_format)


def _linear(stream: Any, colour: Colour) -> Any:
    """Linear light, RGB, full range, by zimg in floating point; the primaries stay."""
    return stream.filter(
        "zscale",
        matrixin=zimg_name(colour.matrix or "bt709", MATRICES),
        transferin=zimg_name(colour.transfer or "bt709", TRANSFERS),
        primariesin=colour.primaries or "bt709",
        rangein="full" if colour.range == "pc" else "limited",
        matrix="gbr",
        transfer="linear",
        primaries=colour.primaries or "bt709",
        range="full",
        filter="lanczos",
    )


def _make_gif(job: Job) -> tuple[Path, ...]:
    width, fps = int(job.setting("width", 480)), Fraction(job.setting("fps", 12))
    longest = Fraction(job.setting("max_seconds", 6))
    picture = job.delivery.picture
    stream = job.picture().filter("trim", duration=format_decimal(longest))
    stream = stream.filter("fps", format_rate(min(fps, job.rate)))
    if picture.width > width:
        stream = scaled(stream, w=width, h=-2)
    split = stream.filter_multi_output("split", 2)
    palette = split[0].filter("palettegen", stats_mode="diff")
    painted = ffmpeg.filter(
        [split[1], palette], "paletteuse", dither="bayer", bayer_scale=3, diff_mode="rectangle"
    )
    job.run(ffmpeg.output(painted, "film.gif", f="gif", loop=0))
    return (job.folder / "film.gif",)


def _make_still(job: Job) -> tuple[Path, ...]:
    colour = job.delivery.picture.colour
    picked = job.picture().filter("select", f"eq(n,{job.still})")
    if _still_kind(job) == "jpg":
        # JPEG is BT.601 full range by its own definition, whatever the film is.
        stream = picked.filter(
            "scale", in_color_matrix=swscale_matrix(colour.matrix or "bt709"), in_range=colour.range or "tv",
            out_color_matrix="bt601", out_range="pc", flags="accurate_rnd+full_chroma_int+lanczos",
        ).filter("format", "yuvj420p")  # fmt: skip
        name = "film.jpg"
        output = ffmpeg.output(
            stream, name, f="image2", update=1, vcodec="mjpeg", huffman="optimal",
            **{"frames:v": 1, "q:v": int(job.setting("quality", 2))},
        )  # fmt: skip
    else:
        stream = _full_range_rgb(picked, colour, "rgb24")
        name = "film.png"
        output = ffmpeg.output(stream, name, f="image2", update=1, vcodec="png", **{"frames:v": 1})
    job.run(output, frames=False)
    if not (job.folder / name).is_file():
        raise VerifyError(f"Frame {job.still} of the film could not be written as a picture.")
    return (job.folder / name,)


def _still_kind(job: Job) -> str:
    """What the target's name says, else what the preset says."""
    named = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}.get(job.target.suffix.lower())
    return named or str(job.setting("image", "jpg"))


def _make_mxf(job: Job) -> tuple[Path, ...]:
    streams = [ffmpeg.input(file_url(job.film), **input_options(job.film)).video, *_mono(job)]
    options: dict[str, str | int] = {"vcodec": "copy", "timecode": job.timecode, "f": "mxf"}
    if len(streams) > 1:
        options |= {"acodec": _pcm(job.delivery.sound), "ar": SAMPLE_RATE}
    job.run(ffmpeg.output(*streams, "film.mxf", **options))
    return (job.folder / "film.mxf",)


def _pcm(spec: SoundSpec | None) -> str:
    return spec.encoder if spec is not None else "pcm_s24le"


def _mono(job: Job) -> tuple[Any, ...]:
    """One stream a channel where the receiver wants mono tracks, else the mix as it is; empty when silent."""
    spec = job.delivery.sound
    if job.sound is None or spec is None:
        return ()
    if (tracks := _sound_streams(job.sound)) > 1:
        # Already a stream a channel.
        return tuple(film_length_audio(job, track) for track in range(tracks))
    whole = film_length_audio(job)
    if not spec.mono_tracks:
        return (whole,)
    split = whole.filter_multi_output("asplit", spec.channels)
    return tuple(
        split[channel].filter("channelmap", map=str(channel), channel_layout="mono")
        for channel in range(spec.channels)
    )


def _make_opatom(job: Job) -> tuple[Path, ...]:
    """One file a track, named for the folder: `film_v1`, `film_a1`, `film_a2`."""
    # A percent sign would be taken for a pattern by some muxers; these names are only names.
    name = "./" + (job.target.name.replace("%", "_") or "film")
    picture = ffmpeg.input(file_url(job.film), **input_options(job.film)).video
    job.run(ffmpeg.output(picture, f"{name}_v1.mxf", vcodec="copy", timecode=job.timecode, f="mxf_opatom"))
    made = [job.folder / f"{name}_v1.mxf"]
    tracks = _mono(job)
    if tracks:
        outputs = [
            ffmpeg.output(
                track, f"{name}_a{index}.mxf", acodec=_pcm(job.delivery.sound), ar=SAMPLE_RATE,
                timecode=job.timecode, f="mxf_opatom", mxf_audio_edit_rate=format_rate(job.rate),
            )
            for index, track in enumerate(tracks, 1)
        ]  # fmt: skip
        job.run(*outputs, frames=False)
        made += [job.folder / f"{name}_a{index}.mxf" for index in range(1, len(tracks) + 1)]
    return tuple(made)
