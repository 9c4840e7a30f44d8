"""Arguments that cannot be right: an `InputError` with the argument's name, and help that shows the signature."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import stitcher
from stitcher.arguments import checked
from stitcher.errors import InputError

untyped: Any = stitcher
"""As programs without types call it."""


def _board() -> stitcher.Storyboard:
    return stitcher.assemble(["a.mp4"])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(lambda: untyped.render(), "missing a required argument: 'film'", id="nothing"),
        pytest.param(lambda: untyped.render(_board()), "render(film, out, *, preset=None", id="no place"),
        pytest.param(lambda: untyped.render(_board(), "f.mp4", prset="draft"), "'prset'", id="misspelt"),
        pytest.param(
            lambda: untyped.render("b.yaml", "f.mp4"), "stitcher.load('b.yaml') reads one", id="a path"
        ),
        pytest.param(lambda: untyped.render(None, "f.mp4"), "and not None", id="nothing for a film"),
        pytest.param(lambda: untyped.render(_board(), 3), "out must be Path or str", id="no path"),
        pytest.param(lambda: untyped.plan(_board(), preset=7), "preset must be str, Preset or", id="number"),
        pytest.param(lambda: untyped.load(7), "path must be Path or str", id="no file"),
        pytest.param(
            lambda: untyped.generate(_board(), shots="s1"),
            "shots must be Sequence[str]",
            id="a word as a list",
        ),
        pytest.param(
            lambda: untyped.generate(_board(), confirm=True), "confirm must be Callable", id="no function"
        ),
        pytest.param(
            lambda: untyped.render(_board(), "f.mp4", options=untyped.RenderOptions(cache="c")),
            "options.cache must be Path or None",
            id="in options",
        ),
        pytest.param(
            lambda: untyped.render(_board(), "f.mp4", options=untyped.RenderOptions(verify="ful")),
            "verify",
            id="a choice in options",
        ),
        pytest.param(
            lambda: untyped.assemble([3]),
            "assemble(): clips[0] must be Path, str or MoviePy VideoClip, and not 3, an int.",
            id="no clip in the row",
        ),
        pytest.param(
            lambda: untyped.assemble(one for one in ["a.mp4", None]), "clips[1] must", id="from an iterator"
        ),
        pytest.param(lambda: untyped.takes(_board(), shots=["a", 1]), "shots[1] must be str", id="in a list"),
        pytest.param(lambda: untyped.load("b.yaml", variables={"n": 3}), "variables['n'] must", id="value"),
        pytest.param(
            lambda: untyped.load("b.yaml", variables={3: "n"}),
            "load(): keys of variables must be str, and not 3, an int.",
            id="key",
        ),
        pytest.param(
            lambda: untyped.plan(_board(), channels="7.1"),
            "channels must be 'mono', 'stereo', '5.1' or None, and not '7.1', a str.",
            id="none of a few",
        ),
        pytest.param(lambda: untyped.generate(_board(), max_credits=True), "must be int or", id="yes"),
        pytest.param(lambda: untyped.assemble(["a.mp4"], fps=float("nan")), "and not nan", id="no number"),
        pytest.param(
            lambda: untyped.probe("a\0.mp4"), "path holds the character NUL", id="no name of a file"
        ),
        pytest.param(lambda: untyped.probe(""), "path must name a file or a folder", id="no name"),
        pytest.param(lambda: untyped.retry(_board(), "\ud800", 1), "shot holds half a character", id="half"),
        pytest.param(
            lambda: untyped.generate(_board(), provider=object()), "provider must be", id="no provider"
        ),
        pytest.param(lambda: untyped.upscale(_board(), to="large"), "'to': must be a height", id="no height"),
        pytest.param(
            lambda: untyped.circle_take(_board(), "s1", "two"), "number must be int", id="no number"
        ),
        pytest.param(
            lambda: untyped.sound_file([0.0]),
            "sound must be pydub AudioSegment or numpy array, and not a list.",
            id="no sound",
        ),
        pytest.param(lambda: untyped.probe(None), "path must be Path or str", id="nothing to probe"),
    ],
)
def test_a_wrong_argument_is_an_input_error_that_names_it(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert said in str(caught.value)


_FUNCTIONS = [name for name in stitcher.__all__ if inspect.isfunction(getattr(stitcher, name))]
_RIGHT: dict[str, Callable[[], object]] = {
    "film": _board, "board": _board, "clips": lambda: ["a.mp4"], "path": lambda: "a.mp4", "out": lambda: "out.png",
    "folder": lambda: "folder", "shot": lambda: "a", "number": lambda: 1, "task_id": lambda: "t",
    "cut": lambda: "a.otio", "decisions": lambda: "d.json", "table": lambda: "rows.csv",
    "accept_second_charge": lambda: 1, "at": lambda: "1f", "to": lambda: "resolve", "before": _board, "after": _board,
    "name": lambda: "draft", "clip": lambda: "a.mp4", "sound": lambda: np.zeros(9), "confirm": lambda: lambda _: False,
}  # fmt: skip
"""What arguments that must be given may be."""
_TEXTS = ["", " ", "nonsense", "no\0nul", "half \ud800", "x" * 5000, "1e400", "-1"]
_NUMBERS = [0, -1, 10**30, True, 2.5, float("nan"), float("inf"), Fraction(-1, 3)]
_OBJECTS = [
    object(),
    b"bytes",
    ...,
    int,
    np.zeros((2, 2, 2)),
    Path("no\0nul"),
    Path("/dev/null/file"),
    Path(),
]
_SCALARS = st.sampled_from([None, *_TEXTS, *_NUMBERS, *_OBJECTS])
_ANYTHING = _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(st.sampled_from(_TEXTS), _SCALARS)


@pytest.mark.parametrize("name", sorted({*_FUNCTIONS} - {"open_file", "doctor", "stand_in"}))
@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_given_ends_in_a_value_or_an_error_of_stitchers(
    name: str, data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    function = getattr(stitcher, name)
    parameters = inspect.signature(function).parameters
    given_right = {
        one: _RIGHT[one]() for one, how in parameters.items() if how.default is how.empty or one == "confirm"
    }
    wrong = data.draw(st.sampled_from(sorted(parameters)), label="argument")
    with suppress(stitcher.StitcherError):
        function(**{**given_right, wrong: data.draw(_ANYTHING, label="value")})


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_what_nothing_can_be_is_refused_by_function_and_argument(name: str) -> None:
    function = getattr(stitcher, name)
    for argument in inspect.signature(function).parameters:
        given_right = {
            one: _RIGHT[one]()
            for one, how in inspect.signature(function).parameters.items()
            if how.default is how.empty
        }
        with pytest.raises(InputError) as caught:
            function(**{**given_right, argument: object()})
        assert f"{name}(): {argument} must be " in str(caught.value)
        assert "and not an object." in str(caught.value)


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_an_unknown_argument_is_told_with_those_there_are(name: str) -> None:
    function = getattr(stitcher, name)
    with pytest.raises(InputError) as caught:
        function(**dict.fromkeys(inspect.signature(function).parameters), nonsense=1)
    assert f"{name}(): got an unexpected keyword argument 'nonsense'. It is {name}(" in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"port": -1}, "port must be from 0 to 65535, and not -1"),
        ({"port": 65_536}, "port must be from 0 to 65535"),
        ({"speed": 0}, "speed must be at least 0.01, and not 0"),
        ({"credits": -1}, "credits must be at least 0"),
        ({"shrink": 0}, "shrink must be at least 1"),
    ],
)
def test_a_stand_in_is_told_what_its_settings_may_be(setting: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        stitcher.stand_in(**setting)


def test_help_shows_signature_and_docstring() -> None:
    # Long signatures are broken into lines by newer Pythons.
    text = " ".join(pydoc.plain(pydoc.render_doc(stitcher.render)).split()).replace("( ", "(")
    assert "render(film: 'Storyboard | Timeline | Plan', out: 'Path | str', *, preset:" in text
    assert "whole or not at all" in text


@pytest.mark.parametrize(
    "name", [name for name in stitcher.__all__ if name[0].islower() and name != "errors"]
)
def test_no_promised_function_takes_more_than_seven_arguments_or_is_vague_about_them(name: str) -> None:
    parameters = inspect.signature(getattr(stitcher, name)).parameters.values()
    assert len(parameters) <= 7
    assert all(one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters)
    assert all(one.annotation is not one.empty for one in parameters)


def test_what_fits_the_signature_arrives_as_it_is() -> None:
    @checked
    def function(a: int, *, c: float | None = None, d: list[int] | str = "") -> object:
        return a, c, d

    assert function(1, c=2, d=[3]) == (1, 2, [3])


def test_errors_of_the_function_itself_stay_what_they_are() -> None:
    @checked
    def function() -> None:
        raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug"):
        function()
