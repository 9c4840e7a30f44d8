"""The media the stand-in hands out: real files with the traits of the real ones, made from the request.

Gen-4 files are 24 * seconds + 1 frames at 24/s (but 242 for 10 seconds), H.264 High in 4:2:0, without sound and without
colour tags, `moov` last, and begin with the start picture; an upscaled file has the frames of its input on a 16-pixel
grid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from stitcher.errors import StitcherError
from stitcher.generation.stand_in_sounds import hum, noise_like, speech_like, write_wav
from stitcher.media.probe import probe, probe_sound
from stitcher.media.threads import THREADS
from stitcher.standin.pricing import InputMedia
from stitcher.standin.rules import Modality, Refusal

if TYPE_CHECKING:
    from PIL import Image

RATE = Fraction(24)
_COUNTED = {Fraction(10): 242}
"""Frames of real takes whose length in seconds does not tell them."""
_SHORT_SIDE = {"720p": 720, "1k": 1080, "2k": 1440, "4k": 2160}
_SUFFIX = {"video": ".mp4", "image": ".png", "audio": ".wav"}
_TYPES = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"RIFF": ".webp",
    b"\x1a\x45\xdf\xa3": ".mkv",
    b"fLaC": ".flac",
    b"ID3": ".mp3",
}
_SECONDS_A_LETTER, _SPEECH_ENDS = Fraction(13, 200), Fraction(1, 5)
_FILTER_SAFE: dict[str, object] = {"protocol_whitelist": "file"}


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """What a maker of media is asked for."""

    endpoint: str
    body: Mapping[str, object]
    """As it arrived."""
    modality: Modality
    inputs: Mapping[str, Path]
    """Files the body referred to, by dotted place: `promptImage`, `promptImage.0.uri`, `videoUri`, …"""
    width: int
    height: int
    frames: int
    """For video; 0 otherwise."""
    rate: Fraction
    seconds: Fraction
    target: Path
    """Where the file must be when `make_media` returns; its suffix says the kind."""

    @property
    def model(self) -> str:
        """The model asked for."""
        return str(self.body.get("model", ""))

    @property
    def prompt(self) -> str:
        """The prompt, or an empty string."""
        return str(self.body.get("promptText") or "")

    @property
    def start_image(self) -> Path | None:
        """The picture the first frame must show, where there is one."""
        for field_path, path in self.inputs.items():
            if field_path.startswith(("promptImage", "character")) and path.suffix in (
                ".png",
                ".jpg",
                ".webp",
            ):
                return path
        return None

    @property
    def video(self) -> Path | None:
        """The video that is worked on, where there is one."""
        return self.inputs.get("videoUri")


MakeMedia: TypeAlias = Callable[[MediaRequest], Path]
"""Makes the file a request asks for at its `target` and returns where it is."""


def decode_data_uri(uri: str, folder: Path) -> Path:
    """The file in a data URI, named by its content. Raises `Refusal` for one that is malformed."""
    try:
        content = base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Refusal(400, "Invalid data URI") from exc
    return store(content, folder)


def store(content: bytes, folder: Path) -> Path:
    """A file with this content in `folder`, its suffix by what the content is."""
    suffix = next((kind for magic, kind in _TYPES.items() if content.startswith(magic)), ".bin")
    if content[4:8] == b"ftyp":
        suffix = ".mp4"
    elif content[8:12] == b"WAVE":
        suffix = ".wav"
    path = folder / f"{hashlib.sha256(content).hexdigest()[:32]}{suffix}"
    if not path.exists():
        path.write_bytes(content)
    return path


def probe_input(path: Path) -> InputMedia:
    """Size and length of an input. Raises `Refusal` when it is not a picture or video that can be read."""
    try:
        if path.suffix in (".png", ".jpg", ".webp"):
            from PIL import Image

            with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
                return InputMedia(width=picture.width, height=picture.height)
        if path.suffix in (".mp4", ".mkv"):
            clip = probe(path)
            width, height = clip.video.shown_size
            rate = clip.video.rate or clip.video.average_rate
            return InputMedia(clip.video.frames, rate, clip.duration, width, height)
        if path.suffix in (".wav", ".flac", ".mp3"):
            return InputMedia(seconds=probe_sound(path).stream.duration or Fraction(0))
    except (OSError, SyntaxError, ValueError, StitcherError) as exc:
        raise Refusal(400, f"Failed to fetch asset: {type(exc).__name__}") from exc
    raise Refusal(400, "Unsupported Content-Type response header")


def plan_media(
    endpoint: str,
    body: Mapping[str, object],
    modality: Modality,
    inputs: Mapping[str, Path],
    folder: Path,
    name: str,
    *,
    shrink: int = 1,
) -> MediaRequest:
    """What to make for a body: the size and the number of frames a real answer would have.

    `shrink` divides the sides, for tests that have no time for full pictures; counts stay true.
    """
    video = inputs.get("videoUri") or inputs.get("audioUri")
    media = probe_input(video) if video is not None else InputMedia()
    given = body.get("duration")
    seconds = Fraction(str(given)) if isinstance(given, int | float) else media.seconds or Fraction(5)
    rate, frames = RATE, _COUNTED.get(seconds, int(RATE * seconds) + 1)
    if modality != "video":
        frames = 0
    elif media.frames:
        rate, frames = media.rate, media.frames
    width, height = _size(endpoint, body, media, shrink)
    target = folder / f"{name}{_SUFFIX[modality]}"
    return MediaRequest(endpoint, body, modality, inputs, width, height, frames, rate, seconds, target)


def _size(endpoint: str, body: Mapping[str, object], media: InputMedia, shrink: int) -> tuple[int, int]:
    if media.width and endpoint == "video_upscale":
        if body.get("model") == "enhance_frame_rate":
            return media.width, media.height
        short = Fraction(_SHORT_SIDE[str(body.get("resolution", "2k"))], shrink)
        factor = short / min(media.width, media.height)
        # The grid is why 640x360 came back as 1920x1072 and 720p as a full 2560x1440.
        grid = 16 if shrink == 1 else 2
        return int(media.width * factor) // grid * grid, int(media.height * factor) // grid * grid
    if media.width:
        return media.width, media.height
    ratio = str(body.get("ratio") or "1280:720")
    width, height = (int(side) for side in ratio.split(":")) if ":" in ratio else (1280, 720)
    return max(2, width // shrink // 2 * 2), max(2, height // shrink // 2 * 2)


def make_media(request: MediaRequest) -> Path:
    """A plain but honest file: a slow push into the start picture, a scaled video, a painted still, a made-up sound."""
    if request.modality == "audio":
        _sound(request)
    elif request.modality == "image":
        _painted(request).save(request.target)
    elif request.video is not None:
        _from_video(request, request.video)
    else:
        _from_picture(request)
        add_sound(request, request.target)
    return request.target


def _painted(request: MediaRequest) -> Image.Image:
    from PIL import Image, ImageDraw

    tint = hashlib.sha256(f"{request.prompt}{request.body.get('seed', 0)}".encode()).digest()
    width, height = request.width, request.height
    picture = Image.linear_gradient("L").resize((width, height))
    top, bottom = tuple(tint[0:3]), tuple(part // 3 for part in tint[3:6])
    painted = Image.composite(
        Image.new("RGB", (width, height), bottom), Image.new("RGB", (width, height), top), picture
    )
    across, down = tint[6] * width // 256, tint[7] * height // 256
    radius = max(2, min(width, height) // 8)
    ImageDraw.Draw(painted).ellipse(
        (across - radius, down - radius, across + radius, down + radius), fill=tuple(tint[8:11])
    )
    return painted


def _fitted(request: MediaRequest) -> Path:
    # Cropped from the centre and scaled here, so that frame 0 is this picture and not a filter's idea of it.
    from PIL import Image, ImageOps

    still = request.target.with_suffix(".start.png")
    if request.start_image is None:
        _painted(request).save(still)
        return still
    with Image.open(request.start_image, formats=("PNG", "JPEG", "WEBP")) as picture:
        ImageOps.fit(picture.convert("RGB"), (request.width, request.height), Image.Resampling.LANCZOS).save(
            still
        )
    return still


def _encode(stream: Any, request: MediaRequest, **options: object) -> None:
    from stitcher.media.ffmpeg import file_url
    from stitcher.media.ffmpeg_process import run

    untagged = stream.filter(
        "setparams", range="unknown", color_primaries="unknown", color_trc="unknown", colorspace="unknown"
    )
    output = untagged.output(
        file_url(request.target),
        **{
            "f": "mp4",
            "c:v": "libx264",
            "profile:v": "high",
            "pix_fmt": "yuv420p",
            "preset": "veryfast",
            "crf": 18,
            "g": 250,
            "frames:v": request.frames,
            "threads": THREADS,
            "map_metadata": -1,
            "an": None,
            **options,
        },
    )
    # No faststart: the real files have `moov` last.
    run(output.compile()[1:], stall_s=300)


def _from_picture(request: MediaRequest) -> None:
    import ffmpeg

    from stitcher.media.ffmpeg import file_url

    still = _fitted(request)
    source = ffmpeg.input(file_url(still), f="png_pipe", framerate=f"{request.rate}", **_FILTER_SAFE)
    # At the first frame the zoom is exactly 1, so the start picture is shown as it came.
    moving = source.filter(
        "zoompan",
        z="1+0.0008*on",
        x="(iw-iw/zoom)/2",
        y="(ih-ih/zoom)/2",
        d=request.frames,
        s=f"{request.width}x{request.height}",
        fps=f"{request.rate}",
    )
    try:
        _encode(moving, request)
    finally:
        still.unlink(missing_ok=True)


def add_sound(request: MediaRequest, picture: Path) -> Path:
    """The picture with a made-up voice in it, where it is asked of a model whose takes have sound."""
    if not request.model.startswith("veo") or not request.body.get("audio", True):
        return picture
    import ffmpeg

    from stitcher.media.ffmpeg import file_url
    from stitcher.media.ffmpeg_process import run

    voice, both = picture.with_suffix(".voice.wav"), picture.with_suffix(".both.mp4")
    samples = int(request.frames / request.rate * 48_000)
    write_wav(voice, [speech_like(request.prompt or request.model, samples)])
    streams = ffmpeg.input(file_url(picture), f="mp4").video, ffmpeg.input(file_url(voice), f="wav").audio
    output = ffmpeg.output(
        *streams, file_url(both), **{"f": "mp4", "c:v": "copy", "c:a": "aac", "map_metadata": -1}
    )
    try:
        run(output.compile()[1:], stall_s=300)
        both.replace(picture)
    finally:
        voice.unlink(missing_ok=True)
    return picture


def _from_video(request: MediaRequest, video: Path) -> None:
    import ffmpeg

    from stitcher.media.ffmpeg import file_url
    from stitcher.media.sniff import sniff

    source = ffmpeg.input(file_url(video), f=sniff(video).demuxer, **_FILTER_SAFE).video
    changed = source.filter("scale", request.width, request.height, flags="lanczos")
    options: dict[str, object] = {}
    if request.model == "enhance_frame_rate":
        rate = Fraction(str(request.body["targetFramerate"]).replace("_", "."))
        changed = changed.filter("fps", fps=f"{rate}")
        options["frames:v"] = max(1, int(request.seconds * rate))
    elif request.endpoint == "video_to_video":
        changed = changed.filter("hue", h=20)
    _encode(changed, request, **options)


def _sound(request: MediaRequest) -> None:
    seconds = request.seconds
    if request.endpoint == "text_to_speech":
        seconds = _SPEECH_ENDS + _SECONDS_A_LETTER * len(request.prompt)
    samples = max(1, int(seconds * 48_000))
    make = {"sound_effect": noise_like, "video_to_audio": hum}.get(request.endpoint, speech_like)
    write_wav(request.target, [make(request.prompt or request.model, samples)])
