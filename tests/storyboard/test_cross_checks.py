"""What shots and deliveries may not say of each other."""

from __future__ import annotations

import pytest

from stitcher.storyboard.load import parse
from tests.storyboard.texts import only_issue


@pytest.mark.parametrize(
    ("deliveries", "said"),
    [
        pytest.param(
            "{preset: p, file: x.mp4}, {preset: q, file: ./x.mp4}", "delivery 1 goes there", id="twice"
        ),
        pytest.param(
            "{preset: p, file: x.mp4, stems: s}, {preset: q, file: y.mp4, stems: s}",
            "delivery 1 goes there",
            id="stems",
        ),
        pytest.param(
            "{editor: resolve, folder: x, stems: s}", "give 'stems' to a 'preset'", id="stems for an editor"
        ),
        pytest.param(
            "{editor: resolve, folder: x, channels: 5.1}",
            "give 'channels' to a 'preset'",
            id="5.1 for an editor",
        ),
        pytest.param("{preset: p, file: a}", "never overwritten", id="a clip"),
    ],
)
def test_deliveries_have_places_of_their_own(deliveries: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots: [{{id: s, clip: a}}]\ndeliver: [{deliveries}]\n")


@pytest.mark.parametrize(
    "part",
    [
        "overlays: [{picture: x, at: 1s}]",
        "defaults: {logo: x}",
        "shots: [{id: s, clip: a, overlays: [{picture: x}]}]",
        "shots: [{id: s, clip: a, grade: {lut: x}}]",
        "shots: [{id: s, prompt: p, start: x}]",
        "shots: [{id: s, still: x, duration: 1s}]",
        "sound: [{file: x, role: music, at: 0s}]",
        "captions: [{file: x}]",
    ],
)
def test_no_delivery_overwrites_what_the_film_is_made_of(part: str) -> None:
    shots = "" if part.startswith("shots") else "shots: [{id: s, clip: a}]\n"
    said = only_issue(f"stitcher: 1\n{shots}{part}\ndeliver: [{{preset: p, file: ./x}}]\n")
    assert "never overwritten" in said


@pytest.mark.parametrize("written", ["5.1", "'5.1'"])
def test_surround_is_asked_for_as_it_is_called(written: str) -> None:
    board = parse(
        f"stitcher: 1\nshots: [{{id: s, clip: a}}]\ndeliver: [{{preset: p, file: x, channels: {written}}}]\n"
    )
    assert board.deliver[0].channels == "5.1"


@pytest.mark.parametrize(
    ("shots", "said"),
    [
        pytest.param("[{id: a, clip: a}, {id: a, clip: b}]", "shot 1 is called 'a' already", id="twice"),
        pytest.param("[{id: a, clip: a}, {id: A, clip: b}]", "differ only in capitals", id="capitals"),
        pytest.param("[{id: a, prompt: x, start: previous}]", "none before it", id="previous of the first"),
        pytest.param(
            "[{id: a, prompt: x, start: {shot: b}}]", "no shot is called 'b'", id="start of nothing"
        ),
        pytest.param("[{id: a, prompt: x, start: {shot: a}}]", "start from each other", id="start of itself"),
        pytest.param(
            "[{id: a, prompt: x, start: {shot: b}}, {id: b, prompt: x, start: previous}]",
            "('a' → 'b' → 'a')",
            id="ring",
        ),
        pytest.param(
            "[{id: a, title: {text: x, duration: 1s}}, {id: b, prompt: x, start: previous}]",
            "the title 'a'",
            id="start of a title",
        ),
        pytest.param(
            "[{id: a, clip: a, transition: cut}]", "comes in from nothing", id="transition of the first"
        ),
        pytest.param("[{id: a, prompt: x, start: {}}]", "it has none", id="empty start"),
        pytest.param(
            "[{id: a, prompt: x, start: {file: a.png, image: {prompt: x}}}]",
            "file and image",
            id="two starts",
        ),
        pytest.param(
            "[{id: a, prompt: x, start: {image: {prompt: x, references: [{file: a, tag: aaa}, {file: b, tag: aaa}]}}}]",
            "two references are called 'aaa'",
            id="tag twice",
        ),
    ],
)
def test_shots_that_contradict_each_other_are_refused(shots: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots: {shots}\n")
