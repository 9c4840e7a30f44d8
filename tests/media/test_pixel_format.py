"""Names of pixel formats say what FFmpeg's own descriptions say."""

from __future__ import annotations

import av
import pytest
from av.video.format import names  # type: ignore[attr-defined]  # left out of the stubs

from stitcher.media.pixel_format import opaque_format, pixel_format, with_alpha

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


@pytest.mark.parametrize(
    "name", sorted(name for name in names if any(part.is_alpha for part in av.VideoFormat(name).components))
)
def test_the_opaque_kin_of_a_format_holds_all_but_its_alpha(name: str) -> None:
    has, kin = pixel_format(name), opaque_format(name)
    held = pixel_format(kin)
    assert kin in names
    assert (held.is_rgb, held.chroma, held.alpha) == (has.is_rgb, has.chroma, False)
    assert held.bits >= min(has.bits, 16)


@pytest.mark.parametrize("name", ["yuv420p", "yuv444p10le", "yuv422p12le", "yuva444p", "gbrap"])
def test_a_format_gets_an_alpha_beside_what_it_holds(name: str) -> None:
    kin = pixel_format(with_alpha(name))
    assert with_alpha(name) in names
    assert (kin.chroma, kin.bits, kin.alpha) == (pixel_format(name).chroma, pixel_format(name).bits, True)
