"""What every packaging step has: the finished film and its sound as ffmpeg inputs, and how ffmpeg is run on them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.captions.track import CaptionTrack
from stitcher.delivery.spec import DeliverySpec
from stitcher.formats.colour import swscale_matrix
from stitcher.media.clip import Colour
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.filters import SCALE_FLAGS
from stitcher.media.sniff import sniff
from stitcher.rendering.colour import color_tags
from stitcher.timebase import SAMPLE_RATE, frames_to_samples

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


@dataclass(frozen=True, slots=True)
class PackagingJob:
    """One deliverable to be packaged from a film."""

    delivery: DeliverySpec
    film: Path
    """Holds the picture; its sound, if any, is not used."""
    sound: Path | None
    """The mix, of about the film's length."""
    target: Path
    """A folder for `hls`, `frames` and `mxf_opatom`, a file for the others."""
    frames: int
    rate: Fraction
    timecode: str
    """Of the first frame."""
    further_sounds: tuple[Path, ...] = ()
    """Sound tracks after the mix, where the container takes them."""
    captions: tuple[CaptionTrack, ...] = ()
    """Those that go out as tracks."""
    still: int = 0
    """The picture of the film that a still is."""
    on_frames: Callable[[int], None] | None = None
    cancel: threading.Event | None = None

    @property
    def colour(self) -> Colour:
        """What the film's pictures are in, without gaps."""
        return self.delivery.picture.colour.filled(self.delivery.picture.matrix)

    def video(self) -> Stream:
        """The film's picture stream as it is stored."""
        return ffmpeg.input(file_url(self.film), **_input_options(self.film)).video

    def picture(self) -> Stream:
        """The film's picture, tagged as what it is."""
        return self.video().filter("setparams", **color_tags(self.colour))

    def audio(self, sound: Path, track: int = 0) -> Stream:
        """One sound stream of the mix, cut or filled with silence to exactly the film's length."""
        samples = frames_to_samples(self.frames, self.rate)
        stream = ffmpeg.input(file_url(sound), **_input_options(sound))[f"a:{track}"]
        padded = stream.filter("aresample", SAMPLE_RATE).filter("apad", whole_len=samples)
        return padded.filter("atrim", end_sample=samples)

    def run(self, folder: Path, *outputs: Stream, frames: bool = True) -> None:
        """Run a graph whose outputs are named relative to the folder; `frames` reports how far it is."""
        merged = ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0]
        self.run_arguments(folder, merged.get_args(), frames=frames)

    def run_arguments(self, folder: Path, arguments: list[str], *, frames: bool = True) -> None:
        """Run ffmpeg in the folder, with progress and cancellation as `run`."""
        run(arguments, on_frames=self.on_frames if frames else None, cancel=self.cancel, cwd=folder)


def _input_options(path: Path) -> dict[str, str]:
    """Input options that leave ffmpeg no choice of how to read a file."""
    return {"f": sniff(path).demuxer, "protocol_whitelist": "file"}


def full_range_rgb(stream: Stream, colour: Colour, pixel_format: str) -> Stream:
    """Pictures of that colour as RGB of full range, in a pixel format."""
    return stream.filter(
        "scale",
        in_color_matrix=swscale_matrix(colour.matrix or "bt709"),
        in_range=colour.range or "tv",
        out_range="pc",
        flags=SCALE_FLAGS,
    ).filter("format", pixel_format)
