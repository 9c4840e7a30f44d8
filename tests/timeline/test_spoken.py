"""Sounds anchored to words and to lines: where they begin, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.captions.track import Caption, CaptionFile
from stitcher.captions.word_times import TimedWord
from stitcher.captions.words import Span
from stitcher.errors import PlanError
from stitcher.storyboard.anchor import read_anchor
from stitcher.storyboard.dub import in_language
from stitcher.timeline.layout import caption_files, lay_out
from stitcher.timeline.model import Timeline
from tests.storyboard.texts import only_issue
from tests.timeline.boards import board_of, media_of

SHOTS = ({"id": "a"}, {"id": "b", "transition": "cut"})
VOW = {"role": "dialogue", "file": "/vow.wav", "name": "vow", "at": "b", "captions": "/vow.vtt"}
EFFECT = {"role": "effects", "file": "/bang.wav", "name": "bang", "length": "0.5s"}
B = Fraction(121, 24)


def words(*said: tuple[str, str]) -> CaptionFile:
    """Captions of words and when they are said, each for a quarter of a second."""
    timed = tuple(TimedWord(word, Fraction(at), Fraction(at) + Fraction(1, 4)) for word, at in said)
    text = " ".join(word for word, _ in said)
    return CaptionFile((Caption(timed[0].start, timed[-1].stop, (Span(text),), timed=timed),))


FILES = {
    Path("/vow.vtt"): words(("i", "0"), ("do", "0.5"), ("i", "1"), ("really", "1.5"), ("well-known", "2")),
    Path("/schwur.vtt"): words(("ich", "0.25"), ("will", "0.75")),
    Path("/film.vtt"): words(("hear", "1"), ("ye", "2")),
    Path("/plain.srt"): CaptionFile((Caption(Fraction(0), Fraction(1), (Span("hush"),)),)),
}


def film_of(*sound: dict[str, Any], dubbed: str = "", **more: Any) -> Timeline:
    board = board_of(*SHOTS, sound=list(sound), **more)
    if dubbed:
        board = in_language(board, dubbed)
    known = replace(media_of(board, sound=3), captions={path: FILES[path] for path in caption_files(board)})
    return lay_out(board, known)


def refusal(*sound: dict[str, Any], **more: Any) -> str:
    with pytest.raises(PlanError) as caught:
        film_of(*sound, **more)
    return str(caught.value)


def starts(film: Timeline) -> dict[str, Fraction]:
    return {cue.name: Fraction(cue.start_sample, 48_000) for cue in film.cues if cue.shot is None}


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        ("word:do", B + Fraction("0.5")),
        ("word:DO.end", B + Fraction("0.75")),
        ("word:i#2", B + 1),
        ("word:i#2.end-6f", B + 1),
        ("word:well-known+0.1s", B + Fraction("2.1")),
        ("line:vow", B),
        ("line:vow+1s", B + 1),
        ("line:vow.end", B + 3),
    ],
)
def test_a_sound_begins_where_a_word_or_a_line_does(at: str, seconds: Fraction) -> None:
    # Whichever stands first in the storyboard.
    for sound in ((VOW, {**EFFECT, "at": at}), ({**EFFECT, "at": at}, VOW)):
        assert starts(film_of(*sound))["bang"] == seconds


def test_a_word_moves_with_what_is_heard_of_its_line() -> None:
    line = {**VOW, "at": "1s", "in": "0.25s", "to": "a", "fit": "stretch", "out": "2.75s", "until": "3.75s"}
    del line["to"]
    assert starts(film_of(line, {**EFFECT, "at": "word:do"}))["bang"] == 1 + Fraction("0.25") * Fraction(
        "1.1"
    )


@pytest.mark.parametrize(
    "dub",
    [
        {"file": "/schwur.wav", "text": "Ja, ich will"},
        {"file": "/schwur.wav", "captions": "/schwur.vtt"},
        {"text": "Ja, ich will"},
    ],
    ids=["text", "captions with times", "text alone"],
)
def test_what_is_anchored_to_a_word_stays_there_where_the_line_is_dubbed(dub: dict[str, Any]) -> None:
    vow = VOW | {"in": "12f", "dubs": {"de": dub}}
    film = film_of(vow, EFFECT | {"at": "word:do"}, language="en", dubbed="de")
    assert starts(film)["bang"] == B


def test_what_is_anchored_to_a_word_of_a_dub_is_where_that_is_said() -> None:
    vow = VOW | {"dubs": {"de": {"file": "/schwur.wav", "captions": "/schwur.vtt"}}}
    film = film_of(vow, EFFECT | {"at": "word:will"}, language="en", dubbed="de")
    assert starts(film)["bang"] == B + Fraction("0.75")


def test_a_line_is_known_by_the_name_of_its_file_where_it_is_dubbed() -> None:
    vow = {key: value for key, value in VOW.items() if key != "name"} | {"dubs": {"de": "/schwur.wav"}}
    film = film_of(vow, EFFECT | {"at": "line:vow.wav"}, language="en", dubbed="de")
    assert starts(film)["bang"] == B


def test_words_that_are_cut_off_are_not_said() -> None:
    assert starts(film_of({**VOW, "in": "0.75s"}, {**EFFECT, "at": "word:i"}))["bang"] == B + Fraction("0.25")


def test_captions_of_the_film_have_words_too() -> None:
    film = film_of({**EFFECT, "at": "word:ye"}, captions=[{"file": "/film.vtt", "at": "b", "in": "1s"}])
    assert starts(film)["bang"] == B + 1


def test_a_sound_can_end_with_a_word() -> None:
    music = {"role": "music", "file": "/score.wav", "at": "line:vow", "until": "word:really"}
    cue = next(cue for cue in film_of(VOW, music).cues if cue.role == "music")
    assert cue.length_samples == 72_000


def test_lines_follow_each_other_in_any_order() -> None:
    third = {**VOW, "name": "third", "at": "line:second.end", "captions": None, "length": "1s"}
    second = {**VOW, "name": "second", "at": "line:vow.end", "captions": None, "length": "1s"}
    film = film_of(
        {key: value for key, value in third.items() if value},
        {k: v for k, v in second.items() if v},
        {**VOW, "at": "a"},
    )
    assert starts(film) == {"third": 4, "second": 3, "vow": 0}


def test_captions_can_begin_with_a_line() -> None:
    film = film_of(VOW, captions=[{"file": "/film.vtt", "at": "line:vow", "language": "de"}])
    (track,) = [track for track in film.captions if track.language == "de"]
    assert track.captions[0].record.start == 121 + 24


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        pytest.param(
            [VOW, {**EFFECT, "at": "word:i"}],
            "the word 'i' is said 2 times (#1 at 5.04s in vow; #2 at 6.04s in vow): write which, such as word:i#1.",
            id="a word that is said twice",
        ),
        pytest.param(
            [VOW, {**EFFECT, "at": "word:realy"}],
            "no word is called 'realy': did you mean 'really'?",
            id="a slip",
        ),
        pytest.param([VOW, {**EFFECT, "at": "word:i#3"}], "no word is called 'i#3'", id="not said so often"),
        pytest.param(
            [{**VOW, "captions": "/plain.srt"}, {**EFFECT, "at": "word:hush"}],
            "no captions here give times of words",
            id="captions without times of words",
        ),
        pytest.param(
            [VOW, {**EFFECT, "at": "line:wow"}],
            "no line is called 'wow'; there are vow.",
            id="no such line",
        ),
        pytest.param(
            [VOW, {**EFFECT, "at": "line:bang"}], "no line is called 'bang'", id="itself, and no line"
        ),
        pytest.param(
            [VOW, {**VOW, "at": "a"}, {**EFFECT, "at": "line:vow"}],
            "2 lines are called 'vow' (at 0s in vow.wav; at 5.04s in vow.wav): give them a 'name' each.",
            id="two lines of a name",
        ),
        pytest.param(
            [{**VOW, "name": "one", "at": "line:two"}, {**VOW, "name": "two", "at": "line:one.end"}],
            "sounds are anchored to each other's words: give one of them a shot or a time.",
            id="a ring",
        ),
        pytest.param(
            [{**VOW, "at": "line:vow"}], "sounds are anchored to each other's words", id="to itself"
        ),
        pytest.param(
            [{**VOW, "at": "b+9s"}, {**EFFECT, "at": "line:vow"}],
            "after the film's end",
            id="to one that is refused",
        ),
    ],
)
def test_what_is_nowhere_or_in_two_places_is_refused_with_what_there_is(
    sound: list[dict[str, Any]], said: str
) -> None:
    assert said in refusal(*sound)


def test_what_is_anchored_to_a_refused_sound_is_not_refused_as_well() -> None:
    assert refusal({**VOW, "at": "b+9s"}, {**EFFECT, "at": "line:vow"}).count("the sound '") == 1


def test_a_marker_is_no_word() -> None:
    issue = only_issue(
        "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\nmarkers:\n  - {name: m, at: 'word:door'}\n"
    )
    assert "a marker is not anchored to a word or a line" in issue


def test_the_spelling_of_an_anchor_is_kept() -> None:
    assert str(read_anchor("word:Door#2+3f")) == "word:Door#2+3f"
