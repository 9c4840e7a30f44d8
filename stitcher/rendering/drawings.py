"""Stills that are drawn while they are encoded: what they are to the plan of an encode, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.media.clip import Clip, Colour, VideoStream
from stitcher.media.pixel_format import pixel_format
from stitcher.rendering.job import DrawnStill, EncodeJob

if TYPE_CHECKING:
    from stitcher.pictures.still_planes import StillPlanes

_BT709 = Colour("tv", "bt709", "bt709", "bt709")


def plane_format(film: str, size: tuple[int, int]) -> str:
    """The pixel format in which pictures of that size are drawn for a film in the format `film`: with no more colour
    than it keeps."""
    across, down = pixel_format(film).spacing
    if (across, down) not in ((2, 2), (2, 1)) or size[0] % across or size[1] % down:
        return "yuv444p"
    return "yuv420p" if down == 2 else "yuv422p"


def as_clip(drawn: DrawnStill, rate: Fraction, key: str) -> Clip:
    """The still as a clip that would hold its pictures, one where it rests. `key` stands for what decides them."""
    frames = drawn.still.frames if drawn.still.moves else 1
    stream = VideoStream(
        index=0,
        codec="rawvideo",
        codec_tag="",
        profile=None,
        level=None,
        width=drawn.size[0],
        height=drawn.size[1],
        sample_aspect=Fraction(1),
        rotation=0,
        rate=rate,
        average_rate=rate,
        frames=frames,
        time_base=1 / rate,
        pts=tuple(range(frames)),
        display=tuple(range(frames)),
        keys=(),
        pixel_format=drawn.pixel_format,
        bit_depth=8,
        colour=_BT709,
        field_order="progressive",
        reorder_delay=0,
        parameter_sets=b"",
        encoder_settings="",
        intra_only=True,
    )
    return Clip(drawn.still.path, key, 0, "rawvideo", stream)


class Drawings:
    """What is drawn of a job's inputs. Raises as `open_still` does once pictures are asked for."""

    def __init__(self, job: EncodeJob) -> None:
        self._job = job
        self._open: dict[DrawnStill, StillPlanes] = {}

    def __bool__(self) -> bool:
        return any(part.drawn is not None for part in self._job.inputs)

    def of(self, drawn: DrawnStill) -> StillPlanes:
        """The pictures of one still."""
        from stitcher.pictures.still_planes import StillPlanes

        if drawn not in self._open:
            spacing = pixel_format(drawn.pixel_format).spacing
            self._open[drawn] = StillPlanes(drawn.still, drawn.size, drawn.fit, spacing)
        return self._open[drawn]

    def pictures(self) -> Iterator[bytes]:
        """All of them, in the order in which ffmpeg takes them."""
        for part in self._job.inputs:
            if part.drawn is not None:
                yield from self.of(part.drawn).drawn(part.drawn_frames, self._job.fed_size)
