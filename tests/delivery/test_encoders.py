"""Encoder options: what a preset asks, in each encoder's own words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.delivery.encoders import BT709, EncoderSettings, encoder_options, frame_colour
from stitcher.delivery.hardware import hardware_options
from stitcher.delivery.load import list_presets
from stitcher.delivery.resolve import resolve
from stitcher.formats.colour import MATRICES, PRIMARIES, TRANSFERS
from stitcher.media.probe import probe
from tests.delivery.material import HDR, film
from tests.factories import make_clip
from tests.footage import run_ffmpeg
from tests.golden import assert_golden

ENCODERS = {"libx264": "ultrafast", "libx265": "ultrafast", "libsvtav1": "12"}


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ENCODERS)
def test_encoders_write_every_code_point_into_their_streams(tmp_path: Path, encoder: str) -> None:
    """Matroska without a word of its own: what is read back is what the stream says."""
    points = [
        (field, name)
        for field, table in (("primaries", PRIMARIES), ("transfer", TRANSFERS), ("matrix", MATRICES))
        for name in table
        # Of RGB, which pictures of 4:2:0 are not.
        if name != "gbr"
    ]
    out = tmp_path / "out.mkv"
    for field, name in points:
        colour = replace(BT709, **{field: name})
        options = encoder_options(encoder, EncoderSettings(colour, speed=ENCODERS[encoder]))
        run_ffmpeg(
            *("-f", "lavfi", "-i", "color=s=128x128:r=24", "-frames:v", "1", "-pix_fmt", "yuv420p", "-y"),
            *("-c:v", encoder, *options, str(out)),
        )
        assert probe(out).video.colour == colour


def test_encoder_options_of_the_shipped_presets_are_as_in_the_golden_file() -> None:
    cases = {}
    for _, preset in list_presets(environ={"STITCHER_PRESETS": "/nowhere"}):
        if preset.picture.codec.value == "source":
            continue
        of_hdr = preset.picture.colour.value.startswith("bt2020")
        for rate in (Fraction(25), Fraction(50)):
            if preset.limits.rates is not None and str(rate) not in preset.limits.rates.value:
                continue
            clip = make_clip(rate=rate, size=(1920, 1080), frames=48, colour=HDR if of_hdr else None)
            picture = resolve(preset, film(clip, rate=rate, size=(1920, 1080))).picture
            cases[f"{preset.name} at {rate}"] = ("-c:v", picture.encoder, *picture.options)
    assert_golden(Path(__file__).parent / "golden" / "presets.txt", cases)


def test_hardware_options_are_as_in_the_golden_file() -> None:
    by_quality = EncoderSettings(BT709, profile="high", level="4.1", crf=18, gop_frames=48, bframes=2)
    by_bitrate = EncoderSettings(
        BT709, bitrate_kbps=8000, maxrate_kbps=12000, bufsize_kbps=16000, scenecut=False
    )
    assert_golden(
        Path(__file__).parent / "golden" / "hardware.txt",
        {
            f"{encoder} by {what}": ("-c:v", encoder, *hardware_options(encoder, settings))
            for encoder in ("h264_nvenc", "hevc_qsv", "h264_vaapi", "h264_videotoolbox")
            for what, settings in (("quality", by_quality), ("bitrate", by_bitrate))
        },
    )


@pytest.mark.parametrize("encoder", ["libx264", "libx265"])
def test_primaries_an_encoder_has_no_word_for_are_written_behind_it(encoder: str) -> None:
    colour = replace(BT709, primaries="ebu3213")
    options = encoder_options(encoder, EncoderSettings(colour))
    assert "ebu3213" not in " ".join(options)
    assert options[-1].endswith("_metadata=colour_primaries=22")
    assert frame_colour(encoder, colour) == replace(colour, primaries=None)
    assert frame_colour("prores_ks", colour) == colour
