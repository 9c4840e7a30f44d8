"""Which stems a film has, and which of them are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.sound.stems import Stem, select, stems_of
from stitcher.storyboard.choices import Role
from stitcher.timeline.model import Cue
from tests.factories import make_sound


def _stems(*roles: Role, at: int = 0) -> tuple[Stem, ...]:
    return stems_of(
        [Cue(role, role, make_sound(path=Path(f"/{n}.wav")), at, 48_000) for n, role in enumerate(roles)],
        96_000,
    )


def _names(stems: tuple[Stem, ...]) -> list[str]:
    return [stem.name for stem in stems]


def test_there_is_a_stem_for_each_role_that_is_heard_in_the_order_of_the_roles() -> None:
    assert _names(_stems("ambience", "music", "dialogue", "music")) == ["dialogue", "music", "ambience"]


def test_a_stem_is_as_long_as_the_film_and_has_all_cues_of_its_role() -> None:
    music = _stems("music", "dialogue", "music")[1]
    assert (len(music.mix.cues), music.mix.film_samples) == (2, 96_000)


def test_a_role_heard_only_after_the_end_has_no_stem() -> None:
    assert _stems("music", at=96_000) == ()


def test_names_of_one_s_own_are_stems_beside_the_role_they_stand_for() -> None:
    roles: tuple[Role, ...] = ("dialogue", "dialogue", "music")
    cues = [
        Cue(name or "line", role, make_sound(path=Path(f"/{name}.wav")), 0, 48_000, role_name=name)
        for name, role in zip(("", "narrator", "score"), roles, strict=True)
    ]
    stems = stems_of(cues, 96_000)
    assert _names(stems) == ["dialogue", "narrator", "score"]
    assert _names(select(stems, ("dialogue",)).written) == ["dialogue", "narrator"]
    assert _names(select(stems, ("narrator",)).written) == ["narrator"]
    assert _names(select(stems, ("me",)).stems) == ["score"]


@pytest.mark.parametrize(
    ("only", "mixed", "written", "has_me"),
    [
        ((), ["dialogue", "music", "effects"], ["dialogue", "music", "effects"], True),
        (("music",), ["music"], ["music"], False),
        (("effects", "music"), ["music", "effects"], ["music", "effects"], False),
        (("me",), ["music", "effects"], [], True),
        (("me", "music"), ["music", "effects"], ["music"], True),
        (("me", "dialogue"), ["dialogue", "music", "effects"], ["dialogue"], True),
    ],
)
def test_what_is_asked_for_is_written(
    only: tuple[str, ...], mixed: list[str], written: list[str], has_me: bool
) -> None:
    selection = select(_stems("music", "effects", "dialogue"), only)
    assert _names(selection.stems) == mixed
    assert _names(selection.written) == written
    assert selection.music_and_effects is has_me


@pytest.mark.parametrize("roles", [("dialogue",), ("music", "effects")])
def test_without_dialogue_or_without_anything_else_there_is_no_m_and_e_unasked(
    roles: tuple[Role, ...],
) -> None:
    assert not select(_stems(*roles), ()).music_and_effects


@pytest.mark.parametrize(
    ("roles", "only", "message"),
    [
        (("music",), "musik", "'musik': did you mean 'music'"),
        (("music",), "dialogue", "there are music, me"),
        (("dialogue",), "me", "the role 'me'"),
    ],
)
def test_a_role_that_nothing_has_is_refused_naming_those_there_are(
    roles: tuple[Role, ...], only: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        select(_stems(*roles), (only,))
