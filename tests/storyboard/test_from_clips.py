"""A row of clips as a storyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.storyboard.assemble_options import AssembleOptions
from stitcher.storyboard.from_clips import shot_names, storyboard_from_clips
from stitcher.timebase import Time


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        pytest.param(["a.mp4", "b.mov"], ["a", "b"], id="stems"),
        pytest.param(["x/a.mp4", "y/a.mp4", "A.mov"], ["a", "a-2", "A-3"], id="alike"),
        pytest.param(["a.mp4", "a-2.mp4", "a.mov"], ["a", "a-2", "a-3"], id="a number that is taken"),
        pytest.param(["my 'best' 100%: take.mp4"], ["my-best-100-take"], id="signs"),
        pytest.param(["-rf.mp4", "..mp4", "%\n.mp4"], ["rf", "shot", "shot-2"], id="nothing left"),
        pytest.param(["12f.mp4", "1.5s.mp4"], ["shot-12f", "shot-1.5s"], id="times"),
        pytest.param(["biển.mp4", "海.mp4"], ["biển", "海"], id="letters of any script"),
        pytest.param(["x" * 200 + ".mp4"], ["x" * 48], id="long"),
    ],
)
def test_shots_are_named_after_their_files(paths: list[str], names: list[str]) -> None:
    assert list(shot_names(map(Path, paths))) == names


def test_any_file_name_makes_a_storyboard() -> None:
    names = ["a b.mp4", "-x.mp4", "%d.mp4", "a:b.mp4", "a\nb.mp4", "'\".mp4", "_.mp4", "12.mp4", "ünï.mp4"]
    assert len(
        storyboard_from_clips([f"/clips/{name}" for name in names], AssembleOptions(transition="cut")).shots
    ) == len(names)


def test_arguments_reach_the_storyboard() -> None:
    board = storyboard_from_clips(
        ["/a.mp4", "/b.mp4"],
        AssembleOptions(
            transition="dissolve",
            duration="12f",
            music="/m.wav",
            music_gain=-6,
            music_fade_out=Time(frames=24),
            fit="pad",
            sound="mute",
            size="1920x1080",
            fps="23.976",
        ),
    )
    assert board.transition_into(1).duration == Time(frames=12)
    assert (board.defaults.fit, board.defaults.sound.keep) == ("pad", False)
    (cue,) = board.sound
    assert (cue.file, cue.loop, cue.gain, cue.fade_out) == (Path("/m.wav"), True, -6, Time(frames=24))
    assert board.format.size == (1920, 1080)


@pytest.mark.parametrize(
    ("clips", "options", "said"),
    [
        pytest.param([], {}, "no clip", id="none"),
        pytest.param(
            ["a.mp4"], {"transition": "cut", "duration": "1s"}, "a cut has no length", id="long cut"
        ),
        pytest.param(["a.mp4"], {"fit": "cropp"}, "did you mean 'crop'?", id="fit"),
        pytest.param(
            ["a.mp4"], {"duration": "1"}, "has no unit: write 1s for seconds or 1f for frames", id="time"
        ),
        pytest.param(["a.mp4"], {"size": "16:9"}, "is a shape", id="size"),
        pytest.param(["a.mp4"], {"fps": "0"}, "outside 0 to 1000", id="rate"),
        pytest.param(["a\0.mp4"], {}, "U+0000", id="NUL"),
    ],
)
def test_what_cannot_be_is_refused(clips: list[str], options: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        storyboard_from_clips(clips, AssembleOptions(**options))  # type: ignore[arg-type]  # a row's options
    assert said in str(caught.value)
