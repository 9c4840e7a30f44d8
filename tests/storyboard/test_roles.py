"""Roles by names of one's own, their levels, and what is refused of them."""

from __future__ import annotations

from typing import Any

import pytest

from stitcher.storyboard.choices import ROLES
from stitcher.storyboard.levels import AUTOMATIC_LEVELS, RoleLevel
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.role_table import ROLE_TABLE
from tests.storyboard.texts import SHOTS, issues_of, only_issue


def board_with(lines: str) -> Storyboard:
    return parse(SHOTS + lines)


def test_a_name_stands_for_its_role_and_a_role_for_itself() -> None:
    board = board_with("roles: {narrator: dialogue}\n")
    assert (board.base_role("narrator"), board.base_role("music")) == ("dialogue", "music")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param("sound: [{role: naration, file: a.wav}]", "no role 'naration'", id="nobody knows it"),
        pytest.param("sound: [{role: sfx, file: a.wav}]", "did you mean 'effects'?", id="another word"),
        pytest.param(
            "roles: {narrator: dialogue}\nsound: [{role: narator, file: a.wav}]",
            "did you mean 'narrator'?",
            id="a slip",
        ),
        pytest.param(
            "sound: [{role: x1, file: a.wav}]", "'roles: {x1: dialogue}' adds one", id="how to add it"
        ),
        pytest.param(
            "sound: [{role: music, file: a.wav, duck: {under: hero}}]", "no role 'hero'", id="ducked under"
        ),
        pytest.param("defaults: {sound: {role: wind}}", "no role 'wind'", id="of clips"),
        pytest.param("roles: {music: dialogue}", "is a role already", id="a role renamed"),
        pytest.param("roles: {'a/b': dialogue}", "cannot name a role", id="no name for a file"),
        pytest.param("roles: {hero: voice}", "must be dialogue, music", id="a role that is none"),
        pytest.param("levels: {hero: -16 LUFS}", "no role 'hero'", id="level of nothing"),
        pytest.param("levels: {music: -9 under hero}", "no role 'hero'", id="level under nothing"),
        pytest.param("levels: {music: -16}", "write -16 LUFS", id="no unit"),
        pytest.param("levels: {music: loud}", "is no level", id="no level"),
        pytest.param("levels: {music: 3 LUFS}", "from -60 to 0", id="louder than anything"),
        pytest.param("levels: loud", "must be auto or a mapping", id="no mapping"),
        pytest.param(
            "levels: {music: -9 under dialogue, dialogue: 2 under music}",
            "'music' → 'dialogue' → 'music'",
            id="ring",
        ),
        pytest.param(
            "sound: [{role: music, file: a.wav, fade_in: 1s, fade_in_curve: log}]",
            "did you mean 'logarithmic'?",
            id="a curve by ffmpeg's word",
        ),
        pytest.param("sound: [{role: music, file: a.wav, pan: 2}]", "1 or less", id="beyond the right"),
    ],
)
def test_what_is_wrong_is_told(lines: str, said: str) -> None:
    assert any(said in message for _, _, message in issues_of(f"{SHOTS}{lines}\n"))


def test_an_unknown_role_is_told_once_and_where_it_stands() -> None:
    assert "no role 'hero'" in only_issue(f"{SHOTS}sound: [{{role: hero, file: a.wav}}]\n")


@pytest.mark.parametrize(
    ("written", "level"),
    [
        pytest.param("-16 LUFS", RoleLevel(-16.0), id="absolute"),
        pytest.param("-23.5LKFS", RoleLevel(-23.5), id="in broadcasters' words"),
        pytest.param("-9 under dialogue", RoleLevel(-9.0, "dialogue"), id="relative"),
        pytest.param("9 LU under dialogue", RoleLevel(-9.0, "dialogue"), id="relative without a sign"),
    ],
)
def test_levels_are_absolute_or_under_another_role(written: str, level: RoleLevel) -> None:
    assert board_with(f"levels: {{music: {written}}}\n").levels == {"music": level}


def test_levels_can_be_automatic() -> None:
    assert board_with("levels: auto\n").levels == AUTOMATIC_LEVELS
    assert AUTOMATIC_LEVELS.keys() == {*ROLES} == {*ROLE_TABLE}


@pytest.mark.parametrize(
    ("written", "depths"),
    [
        pytest.param("{by: 6}", [6.0], id="one rule"),
        pytest.param("[{by: 6}, {under: effects, by: 3}]", [6.0, 3.0], id="a list of rules"),
    ],
)
def test_a_sound_has_one_rule_of_ducking_or_several(written: str, depths: list[Any]) -> None:
    board = board_with(f"sound: [{{role: music, file: a.wav, duck: {written}}}]\n")
    assert [rule.by for rule in board.sound[0].duck] == depths
