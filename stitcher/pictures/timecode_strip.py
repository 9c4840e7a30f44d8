"""A strip with the film's timecode and the shot's name, a picture for every frame, to be laid over a film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font
from stitcher.timebase import FrameRange, format_timecode
from stitcher.timeline.model import Timeline

if TYPE_CHECKING:
    from PIL.Image import Image

_BAND, _INK, _SHOT = (0, 0, 0, 150), (255, 255, 255, 255), (255, 214, 120, 255)


class TimecodeStrip:
    """The strip of a film, as wide as its picture. At the head: captions are at the foot."""

    def __init__(self, timeline: Timeline, width: int, height: int) -> None:
        """`width` and `height` are those of the picture it lies on, in pixels."""
        self.size = (width, max(16, round(height * 0.075)) // 2 * 2)
        self._timeline = timeline
        self._font = load_font(None, max(6.0, self.size[1] * 0.56))
        self._inset = max(4, round(self.size[1] * 0.35))

    def pictures(self) -> Iterator[bytes]:
        """The strip of every frame of the film: `(height, width, 4)` uint8 RGBA, straight alpha."""
        for shot, frames in shown_shots(self._timeline):
            band = self._band(shot)
            for frame in frames:
                yield self._at(band, frame).tobytes()

    def _at(self, band: Image, frame: int) -> Image:
        from PIL import ImageDraw

        timeline = self._timeline
        strip = band.copy()
        at = timeline.start_frame + frame
        ImageDraw.Draw(strip).text(
            (self.size[0] - self._inset, self.size[1] / 2),
            format_timecode(at, timeline.rate, drop=timeline.drop_frame),
            font=self._font,
            fill=_INK,
            anchor="rm",
        )
        return strip

    def _band(self, shot: str) -> Image:
        from PIL import Image as Pillow
        from PIL import ImageDraw

        band = Pillow.new("RGBA", self.size, _BAND)
        room = self.size[0] - 3 * self._inset - self._font.getlength("00:00:00:00")
        if room > self._font.size:
            label = ellipsized(shot, self._font, room)
            ImageDraw.Draw(band).text(
                (self._inset, self.size[1] / 2), label, font=self._font, fill=_SHOT, anchor="lm"
            )
        return band


def shown_shots(timeline: Timeline) -> Iterable[tuple[str, range]]:
    """Each shot with the frames of the film that bear its name: from its first one to the next shot's."""
    starts = [item.record_start for item in timeline.items] + [timeline.frames]
    for item, start, stop in zip(timeline.items, starts, starts[1:], strict=False):
        if shown := FrameRange(start, max(start, stop)):
            yield item.shot, range(shown.start, shown.stop)
