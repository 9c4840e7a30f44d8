"""Files of a cut that are not found here are the storyboard's own, by checksum or name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stitcher.editor_import.reading import cut_of_film, same_files
from stitcher.exporters.cut import handover_of
from stitcher.exporters.registry import find_exporter
from stitcher.importers.changes import differences
from stitcher.importers.cut import CutMedia
from stitcher.importers.edl import read_edl
from stitcher.importers.film_view import FilmView
from stitcher.importers.match import KnownFiles
from stitcher.media.clip import Clip
from stitcher.timeline.model import Timeline
from tests.exporters.films import film_of

ONE, TWO = CutMedia("a b.mp4", "/one/a b.mp4", sha256="11"), CutMedia("c.mp4", "/one/c.mp4", sha256="22")
ALIKE = CutMedia("c.mov", "/two/c.mov", sha256="33")


@pytest.mark.parametrize(
    ("media", "same"),
    [
        pytest.param(CutMedia("x.mp4", "media/x.mp4", sha256="22"), TWO, id="by checksum"),
        pytest.param(CutMedia("a_b.mp4", "media/a_b.mp4"), ONE, id="by the name a hand-over gave it"),
        pytest.param(CutMedia("a_b.mxf", original="a b.mp4"), ONE, id="made again"),
        pytest.param(CutMedia("c.mxf"), None, id="two of that name"),
        pytest.param(CutMedia("d.mp4"), None, id="unknown"),
    ],
)
def test_a_file_is_known_where_only_one_can_be_meant(media: CutMedia, same: CutMedia | None) -> None:
    assert KnownFiles([ONE, TWO, ALIKE]).same_as(media) == same


def with_timecode(film: Timeline, timecode: str) -> Timeline:
    def told(source: object) -> Clip:
        assert isinstance(source, Clip)
        return replace(source, timecode=timecode)

    return replace(film, items=tuple(replace(item, source=told(item.source)) for item in film.items))


def test_an_edit_list_without_its_media_counts_by_the_timecode_of_the_storyboards_clips() -> None:
    film = with_timecode(film_of(30, 40, names=["first", "second"], overlaps=[6]), "10:00:00:00")
    ours = cut_of_film(film)
    files = find_exporter("edl").export(handover_of(film)).files
    cut = same_files(read_edl([file.content for file in files], "timeline.edl", film.rate), ours)
    assert differences(FilmView.of(ours), FilmView.of(cut)) == ()
    assert [clip.media.address for clip in cut.pictures[0].clips if clip.media is not None] == [
        "/footage/first.mp4",
        "/footage/second.mp4",
    ]
