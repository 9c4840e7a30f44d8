"""Effects are found by name, tried beforehand, and land on the right frames."""

from __future__ import annotations

import sys
import types
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.pictures.effects import check_effect, effect_names
from stitcher.pictures.exact_frames import ExactPictures
from stitcher.pictures.moviepy_clip import apply_effects
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Effect
from tests.footage import Footage, read_code

RATE = Fraction(24)


@pytest.fixture
def own_effects(monkeypatch: pytest.MonkeyPatch) -> None:
    from moviepy import Effect as Base

    class Darker(Base):  # type: ignore[misc]  # MoviePy has no types
        def __init__(self, by: float = 0.5) -> None:
            if by < 0:
                raise ValueError("by must not be negative")
            self.by = by

        def apply(self, clip: Any) -> Any:
            return clip.image_transform(lambda picture: (picture * self.by).astype(np.uint8))

    module = types.ModuleType("effects_of_mine")
    module.Darker = Darker  # type: ignore[attr-defined]  # a module made here has no known names
    module.nothing = lambda: None  # type: ignore[attr-defined]  # a module made here has no known names
    module.number = 3  # type: ignore[attr-defined]  # a module made here has no known names
    monkeypatch.setitem(sys.modules, "effects_of_mine", module)


def test_moviepys_own_effects_are_known() -> None:
    assert {"MirrorX", "BlackAndWhite", "FadeIn"} <= set(effect_names())


@pytest.mark.parametrize(
    "effect",
    [
        Effect("MirrorX"),
        Effect("FadeIn", (("duration", 1),)),
        Effect("Crop", (("x1", 10), ("x2", 60))),
        Effect("MultiplyColor", (("factor", 0.5),)),
        Effect("TimeMirror"),
        Effect("effects_of_mine:Darker", (("by", 0.2),)),
    ],
    ids=lambda effect: effect.name,
)
@pytest.mark.usefixtures("own_effects")
def test_effects_that_can_be_used_pass(effect: Effect) -> None:
    check_effect(effect)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        pytest.param("MirrorZ", {}, "did you mean 'Mirror[XY]'", id="misspelt"),
        pytest.param("FadeIn", {"seconds": 1}, "It takes duration", id="wrong key"),
        pytest.param("FadeIn", {}, "duration", id="key missing"),
        pytest.param("MultiplySpeed", {"factor": 2}, "speed", id="changes the length"),
        pytest.param("TimeSymmetrize", {}, "how long", id="doubles the length"),
        pytest.param("no_such_module_here:Grain", {}, "cannot be imported", id="no module"),
        pytest.param("effects_of_mine:Darkr", {}, "did you mean 'Darker'", id="no attribute"),
        pytest.param(
            "effects_of_mine:Darker", {"by": -1}, "must not be negative", id="refused by the effect"
        ),
        pytest.param("effects_of_mine:Darker", {"bye": 1}, "did you mean 'by'", id="near key"),
        pytest.param("effects_of_mine:nothing", {}, "no MoviePy effect", id="gives nothing"),
        pytest.param("effects_of_mine:number", {}, "no class or function", id="a number"),
        pytest.param(":Grain", {}, "module:Class", id="no module name"),
        pytest.param("os.system('x'):y", {}, "module:Class", id="code as name"),
    ],
)
@pytest.mark.usefixtures("own_effects")
def test_effects_that_cannot_be_used_are_refused(name: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_effect(Effect(name, tuple(sorted(arguments.items()))))


def applied(
    footage: Footage, out: Path, wanted: FrameRange, *effects: Effect, **more: Any
) -> list[np.ndarray]:
    clip = probe(footage.clip(1))
    made = probe(apply_effects(ExactPictures(clip, RATE, **more), wanted, effects, out))
    assert made.video.rate == RATE
    return list(frames(made, FrameRange(0, made.video.frames)))


def test_each_frame_has_the_effect_and_is_the_right_one(footage: Footage, tmp_path: Path) -> None:
    shown = applied(footage, tmp_path / "fx.mp4", FrameRange(7, 31), Effect("MirrorX"))
    assert [read_code(picture[:, ::-1]) for picture in shown] == [(1, n) for n in range(7, 31)]


def test_the_last_frame_is_the_clips_own(footage: Footage, tmp_path: Path) -> None:
    shown = applied(footage, tmp_path / "fx.mp4", FrameRange(40, 49), Effect("MirrorY"))
    assert read_code(shown[-1][::-1]) == (1, 48)


def test_playing_backwards_shows_every_frame_once(footage: Footage, tmp_path: Path) -> None:
    shown = applied(footage, tmp_path / "fx.mp4", FrameRange(5, 25), Effect("TimeMirror"))
    seen = [read_code(picture)[1] for picture in shown]
    assert seen == [24, *range(24, 5, -1)] or seen == list(range(24, 4, -1))


def test_speed_picks_the_frames_the_timeline_counts(footage: Footage, tmp_path: Path) -> None:
    shown = applied(
        footage,
        tmp_path / "fx.mp4",
        FrameRange(2, 10),
        Effect("MultiplyColor", (("factor", 1.0),)),
        speed=Fraction(2),
    )
    from stitcher.timeline.conform import source_picture

    clip = probe(footage.clip(1))
    assert [read_code(picture)[1] for picture in shown] == [
        source_picture(clip, n, RATE, Fraction(2)) for n in range(2, 10)
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"interlaced": True}, "interlaced", id="interlaced"),
        pytest.param(
            {"colour": ("tv", "bt2020", "smpte2084", "bt2020nc"), "pix_fmt": "yuv420p10le"}, "HDR", id="HDR"
        ),
    ],
)
def test_sources_moviepy_would_spoil_are_refused(
    footage: Footage, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    clip = probe(footage.clip(3, frames=4, **options))
    with pytest.raises(InputError, match=said):
        apply_effects(ExactPictures(clip, RATE), FrameRange(0, 4), (Effect("MirrorX"),), tmp_path / "fx.mp4")


def test_time_begins_at_the_first_frame_of_the_range(footage: Footage, tmp_path: Path) -> None:
    shown = applied(footage, tmp_path / "fx.mp4", FrameRange(12, 24), Effect("FadeIn", (("duration", 0.25),)))
    assert shown[0].max() < 8
    assert read_code(shown[8]) == (1, 20)


def test_a_change_of_size_is_kept(footage: Footage, tmp_path: Path) -> None:
    crop = Effect("Crop", (("x1", 10), ("x2", 71), ("y1", 0), ("y2", 50)))
    shown = applied(footage, tmp_path / "fx.mp4", FrameRange(0, 3), crop)
    assert shown[0].shape == (50, 61, 3)


def test_rotated_and_anamorphic_sources_come_upright_and_square(footage: Footage, tmp_path: Path) -> None:
    turned = probe(footage.clip(2, rotation=90, frames=4, sample_aspect=Fraction(1)))
    made = probe(
        apply_effects(ExactPictures(turned, RATE), FrameRange(0, 4), (Effect("MirrorX"),), tmp_path / "t.mp4")
    )
    assert made.video.shown_size == (96, 160)
    wide = probe(footage.clip(2, frames=4, sample_aspect=Fraction(2)))
    made = probe(
        apply_effects(ExactPictures(wide, RATE), FrameRange(0, 4), (Effect("MirrorX"),), tmp_path / "w.mp4")
    )
    assert made.video.shown_size == (320, 96)
