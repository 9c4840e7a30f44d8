"""Which matrix a take was made with is found from its first frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from stitcher.generation.colour_matrix import decide_matrix, likely_matrix
from stitcher.generation.ledger import Ledger
from stitcher.generation.paths import ledger_path
from stitcher.generation.take import Take
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe
from tests.generation.making import make_request

SIZE = (160, 96)


def coloured(path: Path, *, grey: bool = False) -> Path:
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    channels = (across * 255 // SIZE[0], down * 255 // SIZE[1], 255 - across * 255 // SIZE[0])
    picture = np.stack([channels[0]] * 3 if grey else channels, axis=-1).astype(np.uint8)
    Image.fromarray(picture).save(path)
    return path


def take(still: Path, target: Path, matrix: str, *, tagged: bool = False) -> Path:
    said = matrix if tagged else "unknown"
    graph = f"scale=out_color_matrix={matrix}:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv444p"
    run(
        [
            *("-f", "png_pipe", "-framerate", "24", "-i", f"file:{still}"),
            *("-vf", f"{graph},setparams=colorspace={said}:color_primaries=unknown:color_trc=unknown"),
            *("-c:v", "libx264", "-qp", "4", "-f", "mp4", f"file:{target}"),
        ]
    )
    return target


@pytest.mark.parametrize(("made", "name"), [("bt709", "bt709"), ("bt601", "smpte170m")])
def test_the_nearer_matrix_wins(tmp_path: Path, made: str, name: str) -> None:
    still = coloured(tmp_path / "s.png")
    verdict = decide_matrix(probe(take(still, tmp_path / "t.mp4", made)), still)
    assert verdict.matrix == name
    assert verdict.difference is not None
    assert verdict.difference < 2


def test_what_the_file_says_is_believed(tmp_path: Path) -> None:
    still = coloured(tmp_path / "s.png")
    clip = probe(take(still, tmp_path / "t.mp4", "smpte170m", tagged=True))
    assert decide_matrix(clip, still).matrix == clip.video.colour.matrix == "smpte170m"


def test_a_grey_picture_says_nothing_and_is_bt709(tmp_path: Path) -> None:
    still = coloured(tmp_path / "s.png", grey=True)
    assert decide_matrix(probe(take(still, tmp_path / "t.mp4", "bt601")), still).matrix == "bt709"


def test_without_a_start_picture_it_is_bt709(tmp_path: Path) -> None:
    still = coloured(tmp_path / "s.png")
    verdict = decide_matrix(probe(take(still, tmp_path / "t.mp4", "bt601")), None)
    assert (verdict.matrix, verdict.difference) == ("bt709", None)


@pytest.mark.parametrize("grey", [False, True], ids=["no start picture", "a grey one"])
def test_where_nothing_tells_the_likely_one_is_taken(tmp_path: Path, grey: bool) -> None:
    still = coloured(tmp_path / "s.png", grey=grey)
    clip = probe(take(still, tmp_path / "t.mp4", "bt601"))
    assert decide_matrix(clip, still if grey else None, "smpte170m").matrix == "smpte170m"


def bought(ledger: Ledger, shot: str, **facts: Any) -> Take:
    """A take of the ledger that is on disk and framed, with this matrix."""
    matrix = facts.pop("matrix")
    request = replace(make_request(shot, 2 if facts.get("purpose") == "edit" else 1), **facts)
    made = ledger.intend(request)
    ledger.sending(made.id)
    ledger.accepted(made.id, f"t{made.id}")
    ledger.succeeded(made.id)
    ledger.stored(made.id, file=f"{made.id}.mp4", sha256=f"{made.id:064}", size=1, frames=121)
    return ledger.framed(made.id, frame_file="f.png", frame_sha256="0", matrix=matrix)


def test_an_edit_has_the_matrix_of_its_take_and_words_alone_that_of_the_first_decision(
    tmp_path: Path,
) -> None:
    with Ledger.open(ledger_path(tmp_path)) as ledger:
        words = bought(ledger, "a", matrix="bt709")
        bought(ledger, "b", matrix="smpte170m", start_sha256="aa" * 32)
        bought(ledger, "c", matrix="bt709", start_sha256="bb" * 32)
        of_b = bought(ledger, "b", purpose="edit", source_take=1, matrix="bt709")
        of_clip = bought(ledger, "d", purpose="edit", source_take=None, matrix="bt709")
        last = bought(ledger, "e", matrix="bt709")
        takes = ledger.takes()
    assert likely_matrix(of_b, takes) == "smpte170m"
    assert likely_matrix(words, takes) == likely_matrix(last, takes) == "smpte170m"
    assert likely_matrix(of_clip, ()) == "bt709"


def test_a_first_frame_of_something_else_is_far_away(tmp_path: Path) -> None:
    still = coloured(tmp_path / "s.png")
    clip = probe(take(still, tmp_path / "t.mp4", "bt709"))
    Image.new("RGB", SIZE, "white").save(tmp_path / "other.png")
    verdict = decide_matrix(clip, tmp_path / "other.png")
    assert verdict.difference is not None
    assert verdict.difference > 40
