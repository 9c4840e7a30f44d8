"""Hardware encoders are named right and never trusted untried."""

from __future__ import annotations

import pytest

from stitcher.delivery.encoders import BT709, EncoderSettings
from stitcher.delivery.hardware import (
    FAMILIES,
    encoder_works,
    family_of,
    hardware_encoder,
    hardware_options,
    hardware_pixel_format,
)
from stitcher.errors import PresetError


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_h264_and_hevc(family: str) -> None:
    assert hardware_encoder(family, "h264") == f"h264_{family}"
    assert hardware_encoder(family, "hevc") == f"hevc_{family}"


@pytest.mark.parametrize(
    ("family", "codec"), [("nvenc", "prores"), ("videotoolbox", "av1"), ("qsv", "dnxhd")]
)
def test_what_a_family_cannot_do_is_none(family: str, codec: str) -> None:
    assert hardware_encoder(family, codec) is None


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(PresetError, match="nvenc, qsv, vaapi, videotoolbox"):
        hardware_encoder("cuda", "h264")


def test_a_software_encoder_has_no_family() -> None:
    assert family_of("libx264") is None
    assert family_of("hevc_nvenc") == "nvenc"


def test_sampling_the_hardware_lacks_is_none() -> None:
    assert hardware_pixel_format("nvenc", "yuv422p10le") is None


@pytest.mark.parametrize(
    ("family", "quality"),
    [("nvenc", "-cq 16"), ("qsv", "-global_quality 16"), ("vaapi", "-qp 16"), ("videotoolbox", "-q:v 68")],
)
def test_constant_quality_is_said_in_the_familys_words(family: str, quality: str) -> None:
    options = hardware_options(f"h264_{family}", EncoderSettings(BT709, crf=16, gop_frames=12))
    assert quality in " ".join(options)
    assert "-g 12" in " ".join(options)


def test_an_encoder_that_is_not_there_does_not_work() -> None:
    assert not encoder_works("h264_nothing")


def test_a_software_encoder_passes_the_trial() -> None:
    assert encoder_works("libx264", ("-preset", "ultrafast"))
