"""Encoder options: what a preset asks, in each encoder's own words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stitcher.delivery.encoders import BT709, EncoderSettings, encoder_options
from stitcher.formats.colour import MATRICES, PRIMARIES, TRANSFERS
from stitcher.media.probe import probe
from tests.footage import run_ffmpeg

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
