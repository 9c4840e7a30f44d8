"""What is refused before a credit is spent, with its shot, its line and what to do."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import PreflightError
from stitcher.generation.models import Models
from stitcher.generation.preflight import Preflight, ProbedFiles, cited_tags, preflight
from stitcher.generation.prompt_checks import utf16_length
from stitcher.generation.start_crop import Crop, Still
from stitcher.timeline.media_index import MediaIndex
from tests.generation.boards import make_board, make_clip, make_still

WIDE = 'format: {ratio: "1584:672"}'
SHOT = "  - {id: a, start: s.png, prompt: x}\n"


def check(
    models: Models, shots: str, head: str = "", still: Still | str | None = None, **media: Any
) -> Preflight:
    facts = ProbedFiles({Path("/project/s.png"): still or make_still("s.png")}, MediaIndex(**media))
    return preflight(make_board(shots, head), models, facts)


def said(found: Preflight) -> str:
    return "\n".join(issue.message for issue in found.issues)


def test_a_sound_storyboard_passes(models: Models) -> None:
    found = check(models, SHOT + "  - {id: b, start: previous, prompt: y, model: gen4.5, duration: 10}\n")
    assert found.issues == ()
    found.require()


REFUSED: list[Any] = [
    pytest.param(
        SHOT, 'format: {ratio: "1920:1080"}', "gen4_turbo makes no 1920:1080; it makes 1280:720", id="ratio"
    ),
    pytest.param(SHOT, "format: {fps: 24}", r'write format: \{ratio: "1280:720"\}', id="no ratio"),
    pytest.param(
        "  - {id: a, start: s.png, duration: 11}\n",
        "",
        "shot 'a': gen4_turbo makes takes of 2 to 10",
        id="too long",
    ),
    pytest.param("  - {id: a, start: s.png, duration: 1}\n", "", "whole seconds, not of 1", id="too short"),
    pytest.param(
        "  - {id: a, start: s.png, prompt: x, model: veo3.1, duration: 5}\n",
        "",
        "4, 6, 8 seconds",
        id="odd length",
    ),
    pytest.param("  - {id: a, prompt: x}\n", "", "gen4_turbo needs a start frame", id="no start frame"),
    pytest.param("  - {id: a, start: s.png, model: gen4.5}\n", "", "gen4.5 needs a prompt", id="no prompt"),
    pytest.param(
        "  - {id: a, start: s.png, prompt: ' '}\n", "", "a prompt with something in it", id="blank prompt"
    ),
    pytest.param(
        f"  - {{id: a, start: s.png, prompt: {'x' * 1001}}}\n",
        "",
        "1001 characters, 1 more",
        id="long prompt",
    ),
    pytest.param(
        f"  - {{id: a, start: s.png, prompt: '{'🎬' * 501}'}}\n",
        "",
        r"1002 characters \(an emoji counts as 2\), 2 more",
        id="emoji count twice",
    ),
    pytest.param(
        "  - {id: a, start: s.png, prompt: x, model: gen4.5}\n",
        WIDE,
        "gen4.5 takes start frames from 0.5 to 2 times as wide as high, and 1584:672 is 2.357: use .*gen4_turbo",
        id="21:9 on gen4.5",
    ),
    pytest.param(
        "  - {id: a, prompt: x, model: gen4.5}\n",
        'format: {ratio: "960:960"}',
        "makes no 960:960 without a start frame",
        id="text ratio",
    ),
    pytest.param(
        "  - {id: a, start: s.png, model: gen4}\n", "", "gen4 is retired; use gen4_turbo", id="retired"
    ),
    pytest.param(
        "  - {id: a, start: s.png, model: gen4_turbi}\n", "", "Did you mean gen4_turbo", id="unknown model"
    ),
    pytest.param(
        "  - {id: a, start: s.png, model: aleph2}\n", "", "makes a take from a take", id="unfit model"
    ),
    pytest.param(
        "  - {id: a, start: {image: {prompt: '@hero and @villain', references: [{file: s.png, tag: hero}]}}}\n",
        "",
        "cites @villain, and the references are @hero",
        id="unknown tag",
    ),
    pytest.param(
        "  - {id: a, start: {image: {prompt: a door, model: gen4_image_turbo}}}\n",
        "",
        "gen4_image_turbo needs 1 to 3 references, and there are 0",
        id="no reference",
    ),
    pytest.param(
        "  - {id: a, start: {image: {prompt: a door, ratio: '1282:720'}}}\n",
        "",
        "makes no 1282:720",
        id="image ratio",
    ),
    pytest.param(
        f"  - {{id: a, start: {{image: {{prompt: {'x' * 1001}}}}}}}\n",
        "",
        "1 more than gen4_image",
        id="image prompt",
    ),
    pytest.param(
        "  - {id: a, clip: c.mp4, edit: {prompt: x, model: gen4_aleph}}\n",
        "",
        "retired; use aleph2",
        id="old aleph",
    ),
    pytest.param(
        "  - {id: a, start: s.png, edit: {prompt: x, keyframes: [{file: s.png, at: 6s}]}}\n",
        "",
        "key frame at 6s is after the end",
        id="key frame outside",
    ),
    pytest.param(
        "  - {id: a, start: s.png, edit: {prompt: x, keyframes: [{file: s.png, at: 1s, start: 0.5s, end: 2s}]}}\n",
        "",
        "whole seconds",
        id="key frame stretch",
    ),
    pytest.param(
        "  - {id: a, clip: c.mp4, upscale: {by: runway, to: 900p}}\n",
        "",
        "720p, 1080p, 1440p, 2160p",
        id="upscale",
    ),
    pytest.param(
        "  - {id: a, start: s.png, prompt: x}\n",
        'upscale: {by: runway, to: 2160p}\nformat: {ratio: "1584:672", fps: 24}\n',
        "'a' is 1584x672, which at 2160p is 5092x2160, and magnific_video_upscaler_creative makes no pictures above "
        "3840x2160: ask for 1440p, or",
        id="upscale of a wide picture",
    ),
    pytest.param(
        "  - {id: a, clip: c.mp4, upscale: {by: runway, to: 2160p, model: upscale_v1}}\n",
        "",
        "retired; use magnific",
        id="old upscaler",
    ),
]


@pytest.mark.parametrize(("shots", "head", "message"), REFUSED)
def test_what_cannot_be_right_is_refused(models: Models, shots: str, head: str, message: str) -> None:
    with pytest.raises(PreflightError, match=message):
        check(models, shots, head).require()


def test_half_a_character_is_refused(models: Models) -> None:
    board = make_board(SHOT)
    shot = board.shots[0].model_copy(update={"prompt": "a \ud83c b"})
    found = preflight(board.model_copy(update={"shots": (shot,)}), models)
    assert "half of a character" in said(found)


def test_an_issue_names_the_shot_and_the_line(models: Models) -> None:
    (issue,) = check(models, SHOT + "  - id: b\n    start: previous\n    duration: 40\n").issues
    assert issue.message.startswith("shot 'b': ")
    assert issue.source_line is not None
    assert "duration: 40" in issue.source_line


def test_all_that_is_wrong_is_told_at_once(models: Models) -> None:
    found = check(models, "  - {id: a, start: s.png, duration: 40}\n  - {id: b, prompt: x, model: gen4}\n")
    assert len(found.issues) == 2


def test_what_is_wrong_for_every_shot_is_told_once(models: Models) -> None:
    shots = "".join(f"  - {{id: s{number}, start: s.png}}\n" for number in range(60))
    assert len(check(models, shots, 'format: {ratio: "1920:1080"}').issues) == 1


def test_only_the_shots_named_are_checked(models: Models) -> None:
    board = make_board(SHOT + "  - {id: b, start: s.png, duration: 40}\n")
    assert preflight(board, models, shots=["a"]).issues == ()


@pytest.mark.parametrize(
    ("still", "message"),
    [
        ("is a movie, not a picture.", "'s.png' is a movie"),
        (make_still("s.png", bytes_=201 * 1024 * 1024), "over 200 MB"),
        (make_still("s.png", (10, 5)), "too small to be cropped to 16:9"),
    ],
    ids=["no picture", "too heavy", "too small"],
)
def test_a_start_picture_that_cannot_be_sent_is_refused(
    models: Models, still: Still | str, message: str
) -> None:
    assert message in said(check(models, SHOT, still=still))


# Start frames.


def test_a_picture_of_another_shape_is_cropped_here_and_shown(models: Models) -> None:
    (start,) = check(models, SHOT, still=make_still("s.png", (1000, 1000))).starts
    assert start.crop == Crop(4, 221, 992, 558)
    assert str(start) == (
        "shot 'a': the start frame is cropped from 1000x1000 to 992x558 at 4,221; 44.6 % is cut away."
    )


@pytest.mark.parametrize(
    ("still", "upload"),
    [
        (make_still("s.png", bytes_=900_000), False),
        (make_still("s.png", bytes_=3_300_000), False),
        (make_still("s.png", bytes_=3_300_001), True),
        (make_still("s.png", bytes_=4_000_000), True),
        (make_still("s.png", media_type="image/jpeg"), None),
        (make_still("s.png", turned=True), None),
        (make_still("s.png", (1000, 1000)), None),
    ],
    ids=[
        "inside the request",
        "just so",
        "upload",
        "larger upload",
        "will be made PNG",
        "will be turned",
        "will be cropped",
    ],
)
def test_a_picture_too_large_for_the_request_is_uploaded(
    models: Models, still: Still, upload: bool | None
) -> None:
    (start,) = check(models, SHOT, still=still).starts
    assert start.upload is upload


def test_a_clip_of_another_shape_in_a_chain_is_cropped_too(models: Models) -> None:
    shots = "  - {id: c, clip: c.mp4}\n  - {id: a, start: previous, prompt: x}\n"
    clip = make_clip("c.mp4", size=(1920, 816))
    (start,) = check(models, shots, clips={Path("/project/c.mp4"): clip}).starts
    assert (start.size, start.crop) == ((1920, 816), Crop(240, 3, 1440, 810))


def test_a_chain_of_takes_needs_no_crop(models: Models) -> None:
    found = check(models, SHOT + "  - {id: b, start: {shot: a, frame: last}, prompt: y}\n")
    assert [start.crop for start in found.starts] == [None, None]


def test_a_generated_start_image_is_cropped_by_its_few_pixels(models: Models) -> None:
    (start,) = check(
        models, "  - {id: a, start: {image: {prompt: a door}}}\n", 'format: {ratio: "1104:832"}'
    ).starts
    assert (start.size, start.crop) == ((1168, 880), Crop(32, 24, 1104, 832))


# Edits of what exists.


@pytest.mark.parametrize(
    ("clip", "message"),
    [
        (make_clip("c.mp4", frames=24), "takes videos from 2 s, and this is 1 s"),
        (make_clip("c.mp4", frames=24 * 31), "takes videos up to 30 s, and this is 31 s"),
        (make_clip("c.mp4", frames=240, rate=Fraction(60)), "up to 30 frames a second, not 60"),
    ],
    ids=["too short", "too long", "too fast"],
)
def test_a_clip_that_cannot_be_edited_is_refused(models: Models, clip: Any, message: str) -> None:
    found = check(
        models, "  - {id: a, clip: c.mp4, edit: {prompt: x}}\n", clips={Path("/project/c.mp4"): clip}
    )
    assert message in said(found)


def test_an_upscale_of_a_clip_is_judged_by_what_the_clip_shows(models: Models) -> None:
    board = "  - {id: a, clip: c.mp4, upscale: {by: runway, to: 1440p}}\n"
    for size, fits in (((1584, 672), True), ((1600, 576), False)):
        clip = make_clip("c.mp4", size=size)
        found = check(models, board, clips={Path("/project/c.mp4"): clip})
        assert ("ask for 1080p, or" in said(found)) != fits


def test_local_upscales_are_none_of_the_services(models: Models) -> None:
    assert check(models, "  - {id: a, clip: c.mp4, upscale: {by: local, to: 900p}}\n").issues == ()


@pytest.mark.parametrize(("text", "length"), [("", 0), ("a", 1), ("é", 1), ("🎬", 2), ("🏴‍☠️", 5)])
def test_length_is_counted_in_utf16(text: str, length: int) -> None:
    assert utf16_length(text) == length


@pytest.mark.parametrize(
    ("prompt", "tags"),
    [
        ("@hero meets @villain, @hero wins", ("hero", "villain")),
        ("write to me@example.com", ()),
        ("@@hero", ()),
        ("(@keeper_2)", ("keeper_2",)),
        ("@ nothing", ()),
    ],
)
def test_tags_are_found_as_the_service_finds_them(prompt: str, tags: tuple[str, ...]) -> None:
    assert cited_tags(prompt) == tags
