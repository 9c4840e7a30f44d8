"""What is hard to read is told, and spoken text is cut so that it is not."""

from __future__ import annotations

import pytest

from stitcher.captions.legibility import legibility_notes
from stitcher.captions.line_breaks import MOST_LETTERS, captions_of, width
from tests.captions.samples import RATE, caption, track


@pytest.mark.parametrize(
    ("captions", "told"),
    [
        ([caption(0, 24, "Twenty letters a sec")], ""),
        ([caption(0, 24, "Twenty-one letters it")], "1 is too quick to read, above 20 letters a second: "),
        ([caption(0, 24, "Twenty-one letters it")], ": 'Twenty-one letters it' at 0s, 21 a second"),
        ([caption(24, 43, "short")], "shown for less than 0.83 s: 'short' at 1s, 0.79 s"),
        ([caption(0, 169, "long")], "shown for more than 7 s: 'long' at 0s, 7 s"),
        ([caption(0, 48, "a\nb\nc")], "of more than 2 lines: 'a b c' at 0s, 3 lines"),
        ([caption(0, 96, "x" * 43)], "with a line of more than 42 letters"),
        ([caption(0, 48, "one"), caption(24, 72, "two")], "1 is shown while another is: 'two' at 1s"),
        ([caption(0, 24, "漢字漢字漢字漢字漢字漢")], "22 a second"),
    ],
)  # fmt: skip
def test_trouble_is_told_with_where_it_is(captions: list[object], told: str) -> None:
    notes = " ".join(legibility_notes(track(*captions), RATE))  # type: ignore[arg-type]  # captions
    assert (told in notes) if told else not notes


def test_short_text_is_one_caption_as_it_is_written() -> None:
    assert captions_of("Who is\nthere?") == ("Who is\nthere?",)


@pytest.mark.parametrize(
    "text",
    [
        "A line that somebody says. It goes on for quite some time, longer than two lines would hold, so it is cut.",
        "word " * 60,
        "漢" * 100,
        "x" * 200,
    ],
)
def test_long_text_becomes_captions_of_two_lines_with_every_letter(text: str) -> None:
    made = captions_of(text)
    assert len(made) > 1
    assert all(len(one.split("\n")) <= 2 and max(map(width, one.split("\n"))) <= MOST_LETTERS for one in made)
    assert "".join("".join(made).split()) == "".join(text.split())


def test_sentences_are_kept_together() -> None:
    made = captions_of(
        "First we wait for the tide to come in. Then we take the boat and row it out to the lighthouse."
    )
    assert made[0].replace("\n", " ") == "First we wait for the tide to come in."
