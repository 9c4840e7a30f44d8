"""HLS ladders: which renditions a film gets, and the command lines that make them."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from stitcher.captions.track import CaptionTrack
from stitcher.delivery.load import load_preset
from stitcher.delivery.packaging_settings import HlsSettings
from stitcher.delivery.preset import Rung
from stitcher.delivery.resolve import resolve
from stitcher.rendering.packaging import PackagingJob
from stitcher.rendering.packaging.hls import plan_ladder, rendition_arguments
from stitcher.rendering.packaging.hls_captions import write_captions
from tests.captions.samples import caption
from tests.delivery.material import film
from tests.golden import assert_golden

LADDER = (
    Rung(size=(416, 234), kbps=145, max_fps=30),
    Rung(size=(640, 360), kbps=730, max_fps=30),
    Rung(size=(960, 540), kbps=2000),
    Rung(size=(1280, 720), kbps=3000),
    Rung(size="source", kbps=4500),
    Rung(size="source", kbps=7800),
)


class TestLadder:
    def test_rungs_above_the_film_are_left_out(self) -> None:
        sizes = [(rung.width, rung.height) for rung in plan_ladder(LADDER, 640, 360, Fraction(24))]
        assert sizes == [(416, 234), (640, 360)]

    def test_source_rungs_have_the_films_size(self) -> None:
        rungs = plan_ladder(LADDER, 1920, 1080, Fraction(24))
        assert [(rung.width, rung.kbps) for rung in rungs[-2:]] == [(1920, 4500), (1920, 7800)]

    def test_source_rungs_stay_within_level_4_2(self) -> None:
        top = plan_ladder(LADDER, 3840, 2160, Fraction(60))[-1]
        assert (top.width, top.height, top.rate) == (1920, 1080, 60)

    def test_low_rungs_halve_high_rates(self) -> None:
        rungs = plan_ladder(LADDER, 1920, 1080, Fraction(60000, 1001))
        assert [rung.rate for rung in rungs[:3]] == [
            Fraction(30000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)
        ]  # fmt: skip

    def test_an_upright_film_keeps_its_shape(self) -> None:
        rung = plan_ladder(LADDER, 1080, 1920, Fraction(24))[0]
        assert (rung.width, rung.height) == (234, 416)

    def test_a_film_below_every_rung_has_one_of_its_own(self) -> None:
        assert [(rung.width, rung.kbps) for rung in plan_ladder(LADDER, 160, 90, Fraction(24))] == [
            (160, 4500)
        ]


def test_renditions_are_made_as_in_the_golden_file(tmp_path: Path) -> None:
    whole = tmp_path / "film.mp4"
    # As much of an MP4 as it is recognised by.
    whole.write_bytes(b"\0\0\0\x14ftypisom" + bytes(100))
    preset = load_preset("hls", environ={"STITCHER_PRESETS": "/nowhere"})
    cases = {}
    for width, height, rate in ((1280, 720, Fraction(24)), (1080, 1920, Fraction(60000, 1001))):
        delivery = resolve(preset, film(rate=rate, size=(width, height)))
        settings = delivery.packaging
        assert isinstance(settings, HlsSettings)
        job = PackagingJob(delivery, whole, None, tmp_path / "out", 48, rate, "01:00:00:00")
        for number, rendition in enumerate(plan_ladder(settings.ladder, width, height, rate), 1):
            arguments = rendition_arguments(job, settings, rendition, f"v{number}")
            cases[f"{width}x{height} at {rate}, rendition {number}"] = [
                argument.replace(str(whole), "/film.mp4") for argument in arguments
            ]
    assert_golden(Path(__file__).parent / "golden" / "hls.txt", cases)


def test_captions_are_a_playlist_of_each_language_on_the_pictures_clock(tmp_path: Path) -> None:
    tracks = (
        CaptionTrack("en", (caption(12, 36, "a < b"),)),
        CaptionTrack("de", (caption(12, 36, "Hallo"),), name="SDH"),
    )
    lines = list(write_captions(tracks, tmp_path, rate=Fraction(24), frames=100, lead=Fraction(2, 24)))
    assert [re.findall(r'NAME="([^"]*)",LANGUAGE="([^"]*)".*URI="([^"]*)"', line) for line in lines] == [
        [("en", "en", "captions1/index.m3u8")],
        [("de (SDH)", "de", "captions2/index.m3u8")],
    ]
    words = (tmp_path / "captions1" / "captions.vtt").read_text()
    assert words.splitlines()[:2] == ["WEBVTT", "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:7500"]
    assert "00:00:00.500 --> 00:00:01.500\na &lt; b" in words
    playlist = (tmp_path / "captions2" / "index.m3u8").read_text()
    assert "#EXT-X-TARGETDURATION:5\n" in playlist
    assert "#EXTINF:4.166667,\ncaptions.vtt\n#EXT-X-ENDLIST" in playlist
