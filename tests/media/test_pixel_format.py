"""Names of pixel formats say what FFmpeg's own descriptions say."""

from __future__ import annotations

import av
import pytest
from av.video.format import names

from stitcher.media.pixel_format import pixel_format

# Decoders do not put these out, or FFmpeg counts a mosaic's bits by the pixel.
_LEFT_OUT = ("bayer_",)


@pytest.mark.parametrize(
    "name",
    sorted(name for name in names if av.VideoFormat(name).components and not name.startswith(_LEFT_OUT)),
)
def test_a_name_says_what_ffmpeg_describes(name: str) -> None:
    described, said = av.VideoFormat(name), pixel_format(name)
    across, down = 64 // (described.chroma_width(64) or 1), 64 // (described.chroma_height(64) or 1)
    assert said.spacing == (across, down)
    assert said.bits == max(component.bits for component in described.components)
    assert said.alpha == any(component.is_alpha for component in described.components)
    assert said.is_rgb == (described.is_rgb or name == "pal8")


def test_what_is_not_known_is_taken_for_the_commonest() -> None:
    assert pixel_format("of_tomorrow") == pixel_format("yuv420p")
