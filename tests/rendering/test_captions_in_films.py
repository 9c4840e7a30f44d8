"""Captions and chapters of finished films, read back: every word, in its place, in every container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from stitcher.captions.track import CaptionTrack, FilmCaption
from stitcher.captions.words import ITALIC, Span
from stitcher.errors import OutputError
from stitcher.media.probe import probe
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timeline.model import Marker, Timeline
from tests.captions.samples import caption
from tests.footage import make_coded_clip
from tests.rendering.films import film

pytestmark = pytest.mark.slow

CAPTIONS = (
    caption(6, 30, (Span("I <3 you & "), Span("me", (ITALIC,))), "line:10%", "one"),
    caption(24, 48, "Over\nit"),
)


def captioned(clip: Path, *captions: FilmCaption, **more: object) -> Timeline:
    tracks = (
        CaptionTrack("en", captions),
        CaptionTrack("de", captions[:1], name="SDH"),
    )
    return replace(film([probe(clip)]), captions=tracks, **more)  # type: ignore[arg-type]  # fields by name


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_coded_clip(tmp_path_factory.mktemp("clip") / "a.mp4", 1, 48)


def words_in(path: Path, track: int = 0) -> list[tuple[Fraction, Fraction, str]]:
    """What PyAV finds in a subtitle track, where it shows anything."""
    with av.open(str(path)) as source:
        stream = source.streams.subtitles[track]
        found = []
        for packet in source.demux(stream):
            for shown in packet.decode() if packet.size else ():
                start, length = (
                    Fraction(int(t)) * Fraction(str(packet.time_base))
                    for t in (packet.pts or 0, packet.duration or 0)
                )
                text = shown.dialogue.decode()  # type: ignore[union-attr]  # no pictures
                found.append((start, start + length, text))
        return found


def made(timeline: Timeline, out: Path) -> Path:
    render(prepare(timeline), out, RenderOptions(cache=out.parent / "cache"))
    return out


def test_mp4_shows_overlapping_captions_together(clip: Path, tmp_path: Path) -> None:
    out = made(captioned(clip, *CAPTIONS), tmp_path / "film.mp4")
    first = r"I <3 you & {\i1}me{\r}"
    assert words_in(out) == [
        (Fraction(1, 4), Fraction(1), first.removesuffix(r"{\r}")),
        (Fraction(1), Fraction(5, 4), f"{first}\nOver\nit"),
        (Fraction(5, 4), Fraction(2), "Over\nit"),
    ]
    with av.open(str(out)) as source:
        assert [stream.language for stream in source.streams.subtitles] == ["eng", "deu"]
        assert source.duration == 2_000_000


def test_matroska_has_captions_as_they_are(clip: Path, tmp_path: Path) -> None:
    out = made(captioned(clip, *CAPTIONS), tmp_path / "film.mkv")
    assert words_in(out) == [
        (Fraction(1, 4), Fraction(5, 4), r"{\an8}I <3 you & {\i1}me{\i0}"),
        (Fraction(1), Fraction(2), "Over\nit"),
    ]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_chapters_are_found(clip: Path, tmp_path: Path, suffix: str) -> None:
    chapters = (Marker(0, "Öne <1>"), Marker(24, "two"))
    out = made(replace(film([probe(clip)]), chapters=chapters), tmp_path / f"film.{suffix}")
    with av.open(str(out)) as source:
        told = [
            (
                one["metadata"]["title"],
                one["start"] * (one["time_base"] or 0),
                one["end"] * (one["time_base"] or 0),
            )
            for one in source.chapters()
        ]
    assert told == [("Öne <1>", 0, 1), ("two", 1, 2)]
    assert (tmp_path / "film.chapters.txt").read_text() == "0:00 Öne <1>\n0:01 two\n"


def test_files_stand_beside_the_film(clip: Path, tmp_path: Path) -> None:
    made(captioned(clip, *CAPTIONS), tmp_path / "film.mp4")
    assert {path.name for path in tmp_path.iterdir()} - {"cache"} == {
        "film.mp4",
        "film.en.srt",
        "film.en.vtt",
        "film.de.sdh.srt",
        "film.de.sdh.vtt",
    }


def test_a_source_is_never_overwritten_by_what_is_beside_the_film(clip: Path, tmp_path: Path) -> None:
    source = tmp_path / "film.srt"
    source.write_text("mine")
    track = CaptionTrack("und", CAPTIONS, files=(source,))
    with pytest.raises(OutputError, match="one of the film's own sources"):
        made(replace(film([probe(clip)]), captions=(track,)), tmp_path / "film.mp4")
    assert source.read_text() == "mine"


@pytest.mark.parametrize("change", [lambda t: t, lambda t: replace(t, captions=())])
def test_other_captions_make_another_film(
    clip: Path, tmp_path: Path, change: Callable[[Timeline], Timeline]
) -> None:
    out = tmp_path / "film.mp4"
    timeline = captioned(clip, *CAPTIONS)
    before = made(timeline, out).read_bytes()
    assert (made(change(timeline), out).read_bytes() == before) == (change(timeline) == timeline)
