"""Captions laid out: they move with what they belong to, and end with it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.captions.track import Caption, CaptionFile
from stitcher.captions.words import Span, plain
from stitcher.errors import PlanError
from stitcher.timeline.captions import with_outputs
from stitcher.timeline.layout import caption_files, lay_out
from stitcher.timeline.model import Timeline
from tests.timeline.boards import board_of, media_of

FILE = CaptionFile(
    tuple(Caption(Fraction(at), at + Fraction(1), (Span(text),)) for at, text in ((1, "one"), (3, "two")))
)


def film_of(*shots: dict[str, Any], **more: Any) -> Timeline:
    board = board_of(*shots, **more)
    media = replace(media_of(board), captions=dict.fromkeys(caption_files(board), FILE))
    return lay_out(board, media)


def told(film: Timeline) -> list[list[tuple[int, int, str]]]:
    return [
        [(one.record.start, one.record.stop, plain(one.words)) for one in track.captions]
        for track in film.captions
    ]


A, B = {"id": "a"}, {"id": "b", "transition": "cut"}
LINE = {"role": "dialogue", "file": "/x.wav"}


@pytest.mark.parametrize(
    ("captions", "first"),
    [
        ({}, 24),
        ({"at": "12f"}, 36),
        ({"at": "b"}, 121 + 24),
        ({"at": "b-1s"}, 121),
        ({"in": "0.5s"}, 12),
        ({"at": "b", "in": "1s"}, 121),
    ],
)
def test_a_file_lies_where_its_clock_is_put(captions: dict[str, Any], first: int) -> None:
    film = film_of(A, B, captions=[{"file": "/x.srt", **captions}])
    assert told(film) == [[(first, first + 24, "one"), (first + 48, first + 72, "two")]]


def test_captions_of_a_sound_move_with_it_and_are_cut_as_it_is() -> None:
    film = film_of(A, B, sound=[{**LINE, "captions": "/x.srt", "at": "b", "in": "1.5s", "out": "3.5s"}])
    assert told(film) == [[(121, 133, "one"), (157, 169, "two")]]
    assert any("2 captions are cut off, because its sound ends there" in note for note in film.notes)


def test_text_is_shown_while_its_sound_is_heard() -> None:
    board = board_of(A, B, sound=[{**LINE, "text": "Who is there?", "at": "b+1s"}], language="en")
    film = lay_out(board, media_of(board, sound=2))
    assert told(film) == [[(145, 193, "Who is there?")]]
    assert film.captions[0].language == "en"


def test_no_caption_goes_on_after_the_film() -> None:
    film = film_of(A, captions=[{"file": "/x.srt", "at": "3.5s"}])
    assert told(film) == [[(108, 121, "one")]]
    assert "x.srt: 1 caption is cut off, because the film ends there: 'one'." in film.notes
    assert "x.srt: 1 caption is not shown, because the film ends there: 'two'." in film.notes


def test_languages_make_tracks() -> None:
    film = film_of(
        A,
        captions=[
            {"file": "/x.srt", "language": "de"},
            {"file": "/y.srt", "language": "EN-gb", "as": "burnt-in"},
            {"file": "/z.srt", "language": "de", "name": "SDH"},
        ],
    )
    assert [(one.label, one.outputs) for one in film.captions] == [
        ("de", ("track",)),
        ("en-GB", ("burnt-in",)),
        ("de (SDH)", ("track",)),
    ]


def test_a_delivery_may_have_them_otherwise() -> None:
    film = film_of(A, captions=[{"file": "/x.srt", "language": "de"}, {"file": "/y.srt", "as": "sidecar"}])
    assert [one.outputs for one in with_outputs(film, ("burnt-in",)).captions] == [("burnt-in",)] * 2
    assert with_outputs(film, None) is film


def test_two_ways_for_one_track_are_refused() -> None:
    with pytest.raises(PlanError, match="another 'as'"):
        film_of(A, captions=[{"file": "/x.srt"}, {"file": "/y.srt", "as": "burnt-in"}])


def test_files_are_named_once_with_their_encoding() -> None:
    board = board_of(
        A, captions=[{"file": "/x.srt", "encoding": "cp1251"}], sound=[{**LINE, "captions": "/y.srt"}]
    )
    assert caption_files(board) == {Path("/x.srt"): "cp1251", Path("/y.srt"): None}
