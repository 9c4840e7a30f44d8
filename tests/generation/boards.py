"""Storyboards, stills and clips for tests, as values."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from stitcher.generation.start_crop import Crop, StartFrame, Still
from stitcher.media.clip import Clip, Colour, VideoStream
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard


def make_board(shots: str, head: str = "") -> Storyboard:
    """A storyboard of these shots at 1280:720; `head` may say otherwise."""
    head = head or 'format: {ratio: "1280:720", fps: 24}\n'
    return parse(f"stitcher: 1\n{head}\nshots:\n{shots}", path="/project/board.yaml")


def make_still(
    name: str = "stills/harbour.png",
    size: tuple[int, int] = (1280, 720),
    *,
    media_type: str = "image/png",
    sha256: str = "aa" * 32,
    bytes_: int = 900_000,
    turned: bool = False,
) -> Still:
    """A still of the project, as measured."""
    return Still(Path("/project") / name, sha256, media_type, *size, bytes_, turned)


def make_start(still: Still | None = None, *, crop: Crop | None = None, sent: str = "bb" * 32) -> StartFrame:
    """A start frame, cut from `still`."""
    still = still or make_still()
    if crop is None:
        return StartFrame(still, still.sha256, None, "takes/harbour/1.start.png")
    cut = make_still("takes/harbour/1.start.png", (crop.width, crop.height), sha256=sent)
    return StartFrame(cut, still.sha256, crop, "takes/harbour/1.start.png")


def make_clip(
    name: str = "takes/harbour/1.mp4",
    *,
    frames: int = 121,
    rate: Fraction = Fraction(24),
    size: tuple[int, int] = (1280, 720),
    sha256: str = "cc" * 32,
) -> Clip:
    """A clip as probed, with nothing in it that generation asks for but size, rate and length."""
    stream = VideoStream(
        index=0,
        codec="h264",
        codec_tag="avc1",
        profile="High",
        level=31,
        width=size[0],
        height=size[1],
        sample_aspect=Fraction(1),
        rotation=0,
        rate=rate,
        average_rate=rate,
        frames=frames,
        time_base=Fraction(1, 12288),
        pts=(0,),
        display=(0,),
        keys=(),
        pixel_format="yuv420p",
        bit_depth=8,
        colour=Colour(),
        field_order="progressive",
        reorder_delay=2,
        parameter_sets=b"",
        encoder_settings="",
        intra_only=False,
    )
    return Clip(Path("/project") / name, sha256, 1_000_000, "mov", stream)
