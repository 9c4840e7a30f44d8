"""What went into a take, and what a film's shots are, told from the ledger's takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from stitcher.generation.ledger import Ledger
from stitcher.generation.models import Models
from stitcher.generation.provenance import Sent, StartOrigin, sent_files, start_of, with_takes
from stitcher.generation.request import take_request
from stitcher.generation.start_crop import Crop, StartFrame, frame_origin
from stitcher.generation.take import Take
from stitcher.media.clip import Clip
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Title
from stitcher.timeline.shot_sources import ShownTake
from tests.factories import make_clip
from tests.generation.boards import make_board, make_still
from tests.generation.making import make_request
from tests.rendering.films import film


@pytest.fixture
def take(tmp_path: Path) -> Take:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        return ledger.intend(make_request())


def file(letter: str) -> dict[str, str]:
    return {"sha256": letter * 64, "type": "image/png"}


def asked(take: Take, **body: Any) -> Take:
    return replace(take, request=json.dumps({"endpoint": "image_to_video", "body": body}))


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({}, []),
        ({"promptImage": file("a")}, [Sent("first", "a" * 64, "image/png")]),
        (
            {
                "promptImage": [
                    {"uri": file("a"), "position": "first"},
                    {"uri": file("b"), "position": "last"},
                ]
            },
            [Sent("first", "a" * 64, "image/png"), Sent("last", "b" * 64, "image/png")],
        ),
        (
            {"referenceImages": [{"uri": file("c"), "tag": "anna"}]},
            [Sent("reference", "c" * 64, "image/png", tag="anna")],
        ),
        (
            {"keyframes": [{"uri": file("d"), "seconds": 1.5}], "videoUri": file("e")},
            [Sent("keyframe", "d" * 64, "image/png", seconds=1.5), Sent("video", "e" * 64, "image/png")],
        ),
    ],
)
def test_the_files_of_a_request_are_told_by_what_they_are_for(
    take: Take, body: dict[str, Any], sent: list[Sent]
) -> None:
    assert list(sent_files(asked(take, **body))) == sent


@pytest.mark.parametrize("crop", [None, Crop(40, 0, 640, 360)], ids=["whole", "cropped"])
@pytest.mark.parametrize("frame", ["last", "first", "frame-23", None], ids=str)
def test_a_start_is_told_by_whose_picture_it_is_and_what_part_of_it(
    models: Models, tmp_path: Path, frame: str | None, crop: Crop | None
) -> None:
    origin = "1" * 64 if frame is None else frame_origin("1" * 64, frame)
    sent = origin if frame is None and crop is None else "5" * 64
    start = StartFrame(make_still("start.png", sha256=sent), origin, crop)
    board = make_board("  - {id: b, start: s.png, prompt: x}\n")
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        take = ledger.intend(take_request(board, board.shots[0], 1, models.get("gen4_turbo"), start))
    # What it is cut from is 720x360, of which 16:9 is the middle 640.
    purpose: Literal["start-image", "take"] = "start-image" if frame is None else "take"
    source = replace(
        take,
        id=7,
        shot="a",
        sha256="1" * 64,
        expected_width=720,
        expected_height=360,
        purpose=purpose,
        frames=49,
    )
    other = replace(source, id=8, sha256="2" * 64)
    assert start_of(take, (other, source, take)) == StartOrigin(source, frame, crop)
    assert start_of(take, (other, take)) is None


def test_what_starts_from_nothing_or_from_a_still_is_from_no_take(models: Models, tmp_path: Path) -> None:
    board = make_board("  - {id: b, start: s.png, prompt: x}\n")
    whole = StartFrame(make_still("start.png", sha256="5" * 64), "5" * 64)
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        take = ledger.intend(take_request(board, board.shots[0], 1, models.get("gen4_turbo"), whole))
    other = replace(take, id=7, shot="a", sha256="1" * 64, frames=49)
    assert start_of(take, (other, take)) is None
    assert start_of(replace(take, start_sha256=None), (other, take)) is None


def with_hashes(*hashes: str) -> Timeline:
    clips = [replace(make_clip(path=f"/f/{one[0]}.mp4"), sha256=one) for one in hashes]
    return film([*clips, Title("End", 24)], size=(1280, 720))


def test_shots_are_known_by_their_bytes_and_first_by_their_own_takes(take: Take) -> None:
    elsewhere = replace(take, id=1, shot="other", sha256="a" * 64, task_id="t1")
    own = replace(take, id=2, shot="s0", number=2, sha256="a" * 64, task_id="t2")
    found = with_takes(with_hashes("a" * 64, "b" * 64), (elsewhere, own)).sources
    assert [(one.shot, one.take) for one in found] == [("s0", shown("t2", 2)), ("s1", None)]
    (borrowed,) = with_takes(with_hashes("a" * 64), (elsewhere,)).sources
    assert borrowed.take == shown("t1", 1)


def shown(task_id: str, number: int) -> ShownTake:
    return ShownTake("runway", "gen4_turbo", task_id, number, "take", None)


@pytest.mark.parametrize("joined", [False, True])
def test_an_enlarged_shot_tells_who_enlarged_it(take: Take, joined: bool) -> None:
    timeline = with_hashes("a" * 64)
    name = "/f/1.1080p.whole-0123.mp4" if joined else "/f/1.1080p.mp4"
    larger = replace(make_clip(path=name), sha256="c" * 64)
    original = timeline.items[0].source
    assert isinstance(original, Clip)
    item = replace(timeline.items[0], source=larger, original=original)
    own = replace(take, id=1, shot="s0", sha256="a" * 64)
    framed = {"shot": "s0", "purpose": "upscale", "variant": "1080p", "state": type(take.state).STORED}
    pieces = tuple(
        replace(take, id=2 + n, piece=n, task_id=f"p{n}", sha256=("d" if joined else "c") * 64, **framed)  # type: ignore[arg-type]  # fields by name
        for n in range(2 if joined else 1)
    )
    timeline = replace(timeline, items=(item, *timeline.items[1:]))
    (found,) = with_takes(timeline, (own, *pieces)).sources
    assert found.take is not None
    assert found.enlarged == larger
    assert [maker.task_id for maker in found.enlarged_by] == ["p0", "p1"][: len(pieces)]
