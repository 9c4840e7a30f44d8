"""The animatic provider, takes for nothing: the start picture, moved as the prompt says of the camera.

What comes out has the traits of a Gen-4 file: 121 frames for 5 s and 242 for 10 s, at 24/s, H.264 High in 4:2:0,
groups of irregular length, no sound, no colour tags, `moov` last. Frame 0 is the start picture. The same request gives
the same bytes.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stitcher.errors import BadRequest
from stitcher.generation.animatic_sound import SOUNDS, make_sound
from stitcher.generation.camera import Camera, read_camera
from stitcher.generation.models import Models, load_models
from stitcher.generation.offline import OfflineProvider
from stitcher.generation.provider import Asset, Expected, Submission
from stitcher.generation.take import ANIMATIC
from stitcher.media.files import temporary_beside
from stitcher.media.probe import probe
from stitcher.media.threads import THREADS

if TYPE_CHECKING:
    from PIL.Image import Image

RATE = 24
SIZE = (1280, 720)
"""Where neither the request nor a start picture says another."""
_KINDS = ("image_to_video", "text_to_video", "video_to_video", "text_to_image", *SOUNDS)


class AnimaticProvider(OfflineProvider):
    """Stand-in takes, offline and free."""

    name = ANIMATIC

    def __init__(
        self,
        *,
        burn_in: bool = True,
        cancel: threading.Event | None = None,
        models: Models | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        """`burn_in` shows shot, prompt and frame number, except on the first and last picture. Setting `cancel`
        ends a take under way with `Interrupted`. `models` say how long their takes are; those that ship, if not given.
        """
        super().__init__(new_id=new_id)
        self._models = models
        self._burn_in = burn_in
        self._cancel = cancel

    def _check(self, request: Submission) -> None:
        if request.endpoint not in _KINDS:
            raise BadRequest(f"An animatic cannot stand in for {request.endpoint!r}. Nothing was made.")
        if request.endpoint == "video_to_video" and not isinstance(request.body.get("videoUri"), Asset):
            raise BadRequest("The edit has no video to start from. Nothing was made.")

    def _make(self, request: Submission, target: Path, expected: Expected) -> None:
        body = request.body
        if request.endpoint in SOUNDS:
            make_sound(request, target, expected)
            return
        prompt = str(body.get("promptText") or "")
        label = _label(request.label)
        if request.endpoint == "text_to_image":
            from stitcher.generation.animatic_card import draw_card

            draw_card(label, prompt, expected.size or _ratio(body) or SIZE).save(target, "PNG")
            return
        video = body.get("videoUri")
        if isinstance(video, Asset):
            self._edit(video, label, prompt, target, expected)
            return
        seconds = _seconds(body)
        frames = self._frames(str(body.get("model", "")), seconds)
        size = expected.size or _ratio(body) or SIZE
        start = _start(body)
        camera = read_camera(prompt, float(seconds))
        still = temporary_beside(target).with_suffix(".png")
        try:
            margin = _margin(camera, size)
            _canvas(start, label, prompt, size, margin).save(still, "PNG", compress_level=1)
            moving = _moved(still, camera, size, margin, frames)
            self._encode(moving, label, prompt, size, frames, Fraction(RATE), target)
        finally:
            still.unlink(missing_ok=True)

    def _frames(self, model: str, seconds: Fraction) -> int:
        if model and self._models is None:
            self._models = load_models()
        known = self._models.known.get(model) if self._models is not None else None
        frames = known.output.frames(seconds) if known is not None else None
        return frames or int(RATE * seconds) + 1

    def _edit(self, video: Asset, label: str, prompt: str, target: Path, expected: Expected) -> None:
        import ffmpeg

        from stitcher.media.ffmpeg import file_url

        clip = probe(video.path)
        size = expected.size or clip.video.shown_size
        source = ffmpeg.input(file_url(clip.path), f=clip.container, protocol_whitelist="file").video
        # Told from the take it was made from by its paler colours.
        stream = (
            source.filter("scale", *size, flags="bicubic").filter("format", "yuv420p").filter("hue", s=0.35)
        )
        rate = clip.video.rate or clip.video.average_rate
        self._encode(stream, label, prompt, size, clip.video.frames, rate, target)

    def _encode(
        self,
        picture: Any,
        label: str,
        prompt: str,
        size: tuple[int, int],
        frames: int,
        rate: Fraction,
        target: Path,
    ) -> None:
        import ffmpeg

        from stitcher.media.ffmpeg import file_url
        from stitcher.media.ffmpeg_process import feed, run
        from stitcher.timebase import format_rate

        strip = None
        if self._burn_in:
            from stitcher.generation.animatic_card import Strip

            strip = Strip(label, prompt, size, frames)
            band = ffmpeg.input(
                "pipe:0",
                f="rawvideo",
                pix_fmt="rgba",
                s=f"{strip.width}x{strip.height}",
                framerate=format_rate(rate),
                protocol_whitelist="pipe",
            )
            picture = picture.overlay(band, x=0, y=strip.top, eof_action="pass", format="yuv420")
        output = picture.filter("format", "yuv420p").filter(
            "setparams", range="unknown", color_primaries="unknown", color_trc="unknown", colorspace="unknown"
        )
        output = output.output(
            file_url(target),
            **{
                "f": "mp4",
                "c:v": "libx264",
                "profile:v": "high",
                "preset": "veryfast",
                "crf": 18,
                "g": 250,
                "bf": 3,
                "threads": THREADS,
                "force_key_frames": _groups(label, prompt, frames),
                "frames:v": frames,
                "map_metadata": -1,
                "an": None,
            },
        )
        argv = ["-loglevel", "warning", *output.compile(cmd="")[1:]]
        if strip is None:
            run(argv, cancel=self._cancel)
        else:
            feed(argv, strip.rows(), cancel=self._cancel)


def _label(label: str) -> str:
    return label.removeprefix("shot ") or "shot"


def _seconds(body: Mapping[str, object]) -> Fraction:
    given = body.get("duration")
    return Fraction(given) if isinstance(given, int) and given > 0 else Fraction(5)


def _ratio(body: Mapping[str, object]) -> tuple[int, int] | None:
    written = body.get("ratio")
    if not isinstance(written, str):
        return None
    width, _, height = written.partition(":")
    return (int(width), int(height)) if width.isdecimal() and height.isdecimal() else None


def _start(body: Mapping[str, object]) -> Path | None:
    given = body.get("promptImage")
    if isinstance(given, Asset):
        return given.path
    for entry in given if isinstance(given, (list, tuple)) else ():
        if isinstance(entry, Mapping) and entry.get("position") == "first":
            asset = entry.get("uri")
            return asset.path if isinstance(asset, Asset) else None
    return None


def _groups(label: str, prompt: str, frames: int) -> str:
    """Where groups begin, as an expression: nowhere near regular, and the same for the same request."""
    seed = hashlib.sha256(f"{label}\n{prompt}".encode()).digest()
    keyframes, at = [], 0
    for step in seed[:8]:
        at += 14 + step % 23
        if at >= frames - 6:
            break
        keyframes.append(at)
    return "expr:" + ("+".join(f"eq(n,{keyframe})" for keyframe in keyframes) or "0")


def _margin(camera: Camera, size: tuple[int, int]) -> tuple[int, int]:
    """How much picture is needed beyond its edges, in pixels: only a camera that pulls out sees any."""
    from math import exp

    beyond = (exp(max(0.0, -camera.closer)) - 1) / 2
    if not beyond:
        return 0, 0
    return tuple((round(side * beyond) + 8) // 2 * 2 for side in size)  # type: ignore[return-value]  # two sides


def _canvas(
    start: Path | None, label: str, prompt: str, size: tuple[int, int], margin: tuple[int, int]
) -> Image:
    """The start picture at the take's size, cut to its shape, with mirrored edges where the camera will see them."""
    import numpy as np
    from PIL import Image as Pillow
    from PIL import ImageOps

    from stitcher.generation.animatic_card import draw_card
    from stitcher.media.stills import open_still, over_black

    if start is None:
        picture = draw_card(label, prompt, size)
    else:
        picture = over_black(open_still(start))
        if picture.size != size:
            picture = ImageOps.fit(picture, size, Pillow.Resampling.LANCZOS)
    if margin == (0, 0):
        return picture
    across, down = margin
    pixels = np.pad(np.asarray(picture), ((down, down), (across, across), (0, 0)), mode="symmetric")
    return Pillow.fromarray(pixels)


def _moved(still: Path, camera: Camera, size: tuple[int, int], margin: tuple[int, int], frames: int) -> Any:
    """The picture seen through a view that moves by fractions of a pixel.

    ffmpeg's `zoompan` moves in whole pixels, which trembles; `perspective` samples between them.
    """
    import ffmpeg

    from stitcher.media.ffmpeg import file_url

    source = ffmpeg.input(file_url(still), f="png_pipe", framerate=RATE, protocol_whitelist="file")
    picture = (
        source.filter(
            "scale",
            out_color_matrix="bt709",
            out_range="tv",
            flags="bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact",
        )
        .filter("format", "yuv420p")
        .filter("loop", loop=-1, size=1)
        .filter("setpts", f"N/{RATE}/TB")
    )
    if not camera.moves:
        return picture
    picture = picture.filter(
        "perspective", **_corners(camera, size, margin, frames), interpolation="cubic", eval="frame"
    )
    return picture.filter("crop", *size, *margin) if margin != (0, 0) else picture


def _corners(camera: Camera, size: tuple[int, int], margin: tuple[int, int], frames: int) -> dict[str, str]:
    """Where each corner of the picture comes from, as expressions of the frame number."""
    # Half of the way at even speed, half eased: it sets off and lands softly without dawdling.
    way = f"clip((on-1)/{max(1, frames - 1)},0,1)"
    shift = "(ld(0)*(0.5+ld(0)*(1.5-ld(0))))"
    width, height = size
    inside = [f"1-{2 * abs(value):.6f}*ld(1)" for value in (camera.across, camera.down) if value]
    grown = f"exp({-camera.closer:.6f}*ld(1))"
    view = grown
    for bound in inside:
        view = f"min({view},{bound})"
    if camera.orbit:
        view = f"({view})/(1+{abs(camera.orbit):.6f}*ld(1))"
    waver = ("0", "0")
    if camera.shake:
        begin = f"min(1,(on-1)/12)*{camera.shake:.6f}"
        waver = (
            f"{begin}*(sin((on-1)/5.3)+0.5*sin((on-1)/2.9))",
            f"{begin}*(sin((on-1)/6.1)+0.5*sin((on-1)/3.7))",
        )
        view = f"({view})*(1-{4 * camera.shake:.6f}*min(1,(on-1)/12))"
    corners = {}
    for number, (left, top) in enumerate(((True, True), (False, True), (True, False), (False, False))):
        across = (-margin[0] if left else width + margin[0]) / width - 0.5
        down = (-margin[1] if top else height + margin[1]) / height - 0.5
        side = camera.orbit if left else -camera.orbit
        lean = f"*(1+{side:.6f}*ld(1))" if side else ""
        head = f"st(0,{way});st(1,{shift});st(2,{view});"
        corners[f"x{number}"] = (
            f"{head}{margin[0]}+{width}*(0.5+{camera.across:.6f}*ld(1)+{waver[0]}+{across:.8f}*ld(2))"
        )
        corners[f"y{number}"] = (
            f"{head}{margin[1]}+{height}*(0.5+{camera.down:.6f}*ld(1)+{waver[1]}+{down:.8f}*ld(2){lean})"
        )
    return corners
