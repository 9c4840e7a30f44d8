"""Variables: put in after the YAML was read, from wherever they come."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.storyboard.load import load_variables, parse
from tests.storyboard.texts import SHOTS, issues_of


class TestVariables:
    """`${name}` in texts."""

    def test_fill_texts_numbers_and_truth_values(self) -> None:
        text = (
            "stitcher: 1\ntitle: '${client}: ${n}'\nformat: {fps: '${fps}'}\n"
            "shots: [{id: a, clip: '${dir}/a.mp4', sound: {gain: '${n}', keep: '${keep}'}}]\n"
        )
        given = {"client": "Sea", "n": "-3", "fps": "23.976", "dir": "x", "keep": "false"}
        board = parse(text, path="/f/f.yaml", variables=given)
        assert board.title == "Sea: -3"
        assert board.format.fps is not None
        assert board.format.fps.denominator == 1001
        assert board.shots[0].clip == Path("/f/x/a.mp4")
        assert board.shots[0].sound is not None
        assert (board.shots[0].sound.gain, board.shots[0].sound.keep) == (-3, False)

    def test_fill_the_arguments_of_effects(self) -> None:
        text = (
            f"{SHOTS}  - {{id: c, clip: c.mp4, effects: [{{name: Grain, by: '${{n}}', of: '${{who}}'}}]}}\n"
        )
        (effect,) = parse(text, variables={"n": "0.5", "who": "me"}).shots[2].effects
        assert effect.arguments == (("by", 0.5), ("of", "me"))

    def test_come_from_the_environment_by_name(self) -> None:
        board = parse(f"{SHOTS}title: ${{env.WHO}}\n", environment={"WHO": "me"})
        assert board.title == "me"

    def test_are_escaped_by_a_second_dollar(self) -> None:
        assert parse(f"{SHOTS}title: $${{x}} $5\n").title == "${x} $5"

    def test_cannot_add_keys(self) -> None:
        assert parse(f"{SHOTS}title: '${{x}}'\n", variables={"x": "a\nbudget: {credits: 1}"}).budget is None

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            pytest.param("${nmae}", "did you mean 'name'?", id="misspelt"),
            pytest.param("${other}", "set it with --set", id="unknown"),
            pytest.param("${env.HOEM}", "did you mean 'HOME'?", id="environment"),
            pytest.param("${name", "never closed", id="unclosed"),
        ],
    )
    def test_that_are_unknown_are_placed(self, written: str, said: str) -> None:
        text = f"{SHOTS}title: '{written}'\n"
        ((line, column, message),) = issues_of(text, variables={"name": "x"}, environment={"HOME": "/"})
        assert (line, column) == (5, 8)
        assert said in message

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            pytest.param("v.toml", 'a = 1\n[b]\nc = "x"\nd = true\n', id="toml"),
            pytest.param("v.json", '{"a": 1, "b": {"c": "x", "d": true}}', id="json"),
            pytest.param("v.yaml", "a: 1\nb: {c: x, d: true}\n", id="yaml"),
        ],
    )
    def test_come_from_files(self, tmp_path: Path, name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        assert load_variables(tmp_path / name) == {"a": "1", "b.c": "x", "b.d": "true"}

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            pytest.param("v.toml", "a = [1]", id="list"),
            pytest.param("v.toml", "a = ", id="broken"),
            pytest.param("v.json", "[1]", id="no names"),
            pytest.param("v.json", "[" * 100_000, id="deep"),
            pytest.param("v.yaml", "a: 1\na: 2\n", id="twice"),
            pytest.param("v.ini", "a=1", id="other kind"),
            pytest.param("v.json", '{"env.X": "1"}', id="environment"),
        ],
    )
    def test_files_that_hold_none_are_refused(self, tmp_path: Path, name: str, text: str) -> None:
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError):
            load_variables(tmp_path / name)
