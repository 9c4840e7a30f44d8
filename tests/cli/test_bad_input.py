"""What cannot be right: each ends in one clear paragraph, with its exit code, and nothing is written."""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.footage import Footage
from tests.tools import unprivileged

Scene = Callable[[Path], object]


def _write(name: str, content: bytes) -> Scene:
    return lambda folder: (folder / name).write_bytes(content)


def _board(text: str) -> Scene:
    return _write("board.yaml", text.encode())


def _damaged(folder: Path) -> None:
    data = bytearray((folder / "a.mp4").read_bytes())
    begin = data.index(b"mdat") + 100
    data[begin : begin + 2000] = bytes(byte ^ 0x5A for byte in data[begin : begin + 2000])
    (folder / "x.mp4").write_bytes(data)


def _cut_off(folder: Path) -> None:
    data = (folder / "a.mp4").read_bytes()
    (folder / "x.mp4").write_bytes(data[: len(data) // 2])


def _unreadable(folder: Path) -> None:
    (folder / "x.mp4").write_bytes(b"x")
    (folder / "x.mp4").chmod(0)


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "x.mp4"))


_SHOTS = "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, clip: b.mp4"
_BOMB = "stitcher: 1\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
_ONE = ("assemble", "x.mp4", "-o", "film.mp4")
_TWO = ("assemble", "a.mp4", "b.mp4", "-o", "film.mp4")
_RENDER = ("render", "board.yaml", "-o", "film.mp4")

# what is there, command, exit code, what the paragraph names
_CASES: dict[str, tuple[Scene | None, tuple[str, ...], int, str]] = {
    "no clips": (None, ("assemble", "-o", "film.mp4"), 64, "CLIPS"),
    "no output": (None, ("assemble", "a.mp4"), 64, "--output"),
    "unknown command": (None, ("rendr", "a.mp4"), 64, "Did you mean 'render'"),
    "unknown option": (None, (*_TWO, "--transitoin", "cut"), 64, "--transition"),
    "unknown verification": (None, (*_TWO, "--verify", "half"), 64, "'joins', 'full'"),
    "a folder": (lambda folder: (folder / "x.mp4").mkdir(), _ONE, 66, "is a folder"),
    "missing": (None, _ONE, 66, "is not there"),
    "a name that cannot be": (None, ("assemble", "x" * 300, "-o", "film.mp4"), 66, "x" * 300),
    "a name that is no text": (
        lambda folder: os.link(folder / "a.mp4", folder / os.fsdecode(b"\xff.mp4")),
        ("assemble", os.fsdecode(b"\xff.mp4"), "-o", "film.mp4"),
        66,
        "rename it",
    ),
    "empty": (_write("x.mp4", b""), _ONE, 66, "is empty"),
    "cut off": (_cut_off, _ONE, 66, "is cut off"),
    "corrupt": (_damaged, _ONE, 66, "is damaged"),
    "zeros": (_write("x.mp4", bytes(5000)), _ONE, 66, "x.mp4"),
    "a playlist": (_write("x.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), _ONE, 66, "playlist"),
    "a list of files": (_write("x.mp4", b"ffconcat version 1.0\nfile a.mp4\n"), _ONE, 66, "list of files"),
    "a session description": (
        _write("x.mp4", b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5000 RTP/AVP 96\n"),
        _ONE,
        66,
        "session description",
    ),
    "a drawing": (_write("x.mp4", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), _ONE, 66, "SVG"),
    "a text": (_write("x.mp4", b"hello"), _ONE, 66, "is a text"),
    "an error page": (
        _write("x.mp4", b"<?xml version='1.0'?><Error>AccessDenied</Error>"),
        _ONE,
        66,
        "x.mp4",
    ),
    "a sound as a clip": (None, ("assemble", "tone.wav", "-o", "film.mp4"), 66, "has no picture"),
    "a silent clip as music": (None, (*_TWO, "--music", "b.mp4"), 66, "without sound"),
    "a text as music": (_write("x.wav", b"hello"), (*_TWO, "--music", "x.wav"), 66, "is a text"),
    "a pipe": (lambda folder: os.mkfifo(folder / "x.mp4"), _ONE, 66, "is a pipe"),
    "a socket": (_socket, _ONE, 66, "is a socket"),
    "a device": (None, ("assemble", "/dev/zero", "-o", "film.mp4"), 66, "is a device"),
    "unreadable": (_unreadable, _ONE, 66, "cannot be read"),
    "a transition longer than its clip": (
        None,
        (*_TWO, "--transition", "fade", "--duration", "9s"),
        65,
        "has 25 frames",
    ),
    "an unknown transition": (None, (*_TWO, "--transition", "disolve"), 65, "did you mean 'dissolve'"),
    "a length for a cut": (None, (*_TWO, "--transition", "cut", "--duration", "12f"), 65, "has no length"),
    "a time without a unit": (None, (*_TWO, "--transition", "fade", "--duration", "12"), 65, "12f"),
    "an unknown preset": (None, (*_TWO, "--preset", "yuotube-1080p"), 78, "youtube-1080p"),
    "a cache that is a file": (
        None,
        (*_TWO, "--transition", "fade", "--cache", "tone.wav"),
        73,
        "cannot be written",
    ),
    "an unknown encoder": (None, (*_TWO, "--encoder", "nvnc"), 78, "nvenc"),
    "an odd size": (None, (*_TWO, "--size", "1281x721"), 65, "1280x720"),
    "a rate of nothing": (None, (*_TWO, "--fps", "0"), 65, "0"),
    "mixed rates": (None, ("assemble", "a.mp4", "fast.mp4", "-o", "film.mp4"), 65, "different frame rates"),
    "output is an input": (None, ("assemble", "a.mp4", "b.mp4", "-o", "b.mp4"), 73, "never overwritten"),
    "output folder is a file": (None, (*_TWO[:3], "-o", "tone.wav/film.mp4"), 73, "is a file"),
    "output of a name that cannot be": (None, (*_TWO[:3], "-o", "x" * 300 + ".mp4"), 73, "name too long"),
    "output is a folder": (None, (*_TWO[:3], "-o", "."), 73, "is a folder"),
    "output is a pipe": (
        lambda folder: os.mkfifo(folder / "p.mp4"),
        (*_TWO[:3], "-o", "p.mp4"),
        73,
        "is a pipe",
    ),
    "output of no kind": (None, (*_TWO[:3], "-o", "film.xyz"), 73, "film.mp4"),
    "a sheet that is no PNG": (None, (*_TWO, "--sheet", "s.pdf"), 73, ".png"),
    "a board that is missing": (None, _RENDER, 66, "board.yaml"),
    "a board that is a folder": (lambda folder: (folder / "board.yaml").mkdir(), _RENDER, 66, "regular"),
    "a board that is no text": (_write("board.yaml", b"\xff\xfe\x00stitcher"), _RENDER, 65, "UTF-8"),
    "a board that is empty": (_board(""), _RENDER, 65, "stitcher new"),
    "a board of a million lines": (_board("# x\n" * 1_000_000), _RENDER, 65, "board.yaml"),
    "a bomb of aliases": (_board(_BOMB), _RENDER, 65, "board.yaml"),
    "a bomb of depth": (_board("stitcher: 1\nshots: " + "[" * 5000), _RENDER, 65, "board.yaml"),
    "an unknown key": (_board(_SHOTS + ", trasition: cut}\n"), _RENDER, 65, "did you mean 'transition'"),
    "an unknown variable": (_board(_SHOTS + "}\ntitle: ${who}\n"), _RENDER, 65, "'who' is not set"),
    "a variable of no name": (_board(_SHOTS + "}\n"), (*_RENDER, "--set", "=x"), 65, "''"),
    "a setting of no value": (_board(_SHOTS + "}\n"), (*_RENDER, "--set", "x"), 65, "name=value"),
    "missing variables": (
        _board(_SHOTS + "}\n"),
        (*_RENDER, "--vars", "v.toml"),
        66,
        "v.toml': the file of variables is not there",
    ),
    "an unknown colour matrix": (None, ("last-frame", "a.mp4", "-o", "x.png", "--matrix", "x"), 65, "bt709"),
    "out at the beginning": (_board(_SHOTS + ", out: 0f}\n"), _RENDER, 65, "'out' (0s)"),
    "an effect that leaves no picture": (
        _board(_SHOTS + ", effects: [{name: Crop, x1: 9000}]}\n"),
        _RENDER,
        65,
        "no pixels left",
    ),
    "in after out": (_board(_SHOTS + ", in: 20f, out: 4f}\n"), _RENDER, 65, "nothing is left"),
    "in outside the clip": (_board(_SHOTS + ", in: 9s}\n"), _RENDER, 65, "'in' is 9s"),
    "out outside the clip": (_board(_SHOTS + ", out: 9s}\n"), _RENDER, 65, "'out' is 9s"),
    "a time of no form": (_board(_SHOTS + ", in: soon}\n"), _RENDER, 65, "'soon'"),
    "an unknown effect": (_board(_SHOTS + ", effects: [MirorX]}\n"), _RENDER, 65, "did you mean 'MirrorX'"),
    "an effect that is no module": (_board(_SHOTS + ', effects: ["no.such:Fx"]}\n'), _RENDER, 65, "no.such"),
    "an effect called wrongly": (
        _board(_SHOTS + ", effects: [{name: MirrorX, q: 1}]}\n"),
        _RENDER,
        65,
        "'MirrorX'",
    ),
    "a font that is missing": (
        _board(_SHOTS + "}\n  - {id: t, title: {text: x, duration: 1s, font: no.ttf}}\n"),
        _RENDER,
        66,
        "board.yaml:5:",
    ),
    "a font that is none": (
        _board(_SHOTS + "}\n  - {id: t, title: {text: x, duration: 1s, font: a.mp4}}\n"),
        _RENDER,
        65,
        "not a font",
    ),
    "a sound after the film": (
        _board(_SHOTS + "}\nsound: [{role: music, file: tone.wav, at: 90s}]\n"),
        _RENDER,
        65,
        "after the film's end",
    ),
    "a sound at an unknown shot": (
        _board(_SHOTS + "}\nsound: [{role: music, file: tone.wav, at: aa}]\n"),
        _RENDER,
        65,
        "'aa'",
    ),
    "a delivery outside the folder": (
        _board(_SHOTS + "}\ndeliver: [{preset: draft, file: ../x.mp4}]\n"),
        ("render", "board.yaml"),
        65,
        "outside",
    ),
    "a delivery by an unknown preset": (
        _board(_SHOTS + "}\ndeliver: [{preset: yuotube-1080p, file: x.mp4}]\n"),
        ("check", "board.yaml"),
        78,
        "board.yaml:5:20: There is no preset named 'yuotube-1080p'",
    ),
    "a delivery onto a clip": (
        _board(_SHOTS + "}\ndeliver: [{preset: draft, file: b.mp4}]\n"),
        ("check", "board.yaml"),
        65,
        "never overwritten",
    ),
    "nowhere to write": (_board(_SHOTS + "}\n"), ("render", "board.yaml"), 65, "-o FILM"),
    "a take that does not exist": (
        _board("stitcher: 1\nshots: [{id: a, prompt: x, start: a.mp4}]\n"),
        _RENDER,
        65,
        "not generated yet",
    ),
    "an unknown preset to show": (None, ("presets", "show", "drft"), 78, "draft"),
    "the last frame of a text": (
        _write("x.mp4", b"hello"),
        ("last-frame", "x.mp4", "-o", "l.png"),
        66,
        "is a text",
    ),
    "the last frame over its clip": (None, ("last-frame", "a.mp4", "-o", "a.mp4"), 73, "PNG"),
}


@pytest.fixture(scope="module")
def materials(footage: Footage, score: Path, chain: list[Path]) -> dict[str, Path]:
    return {
        "a.mp4": chain[0],
        "b.mp4": chain[1],
        "fast.mp4": footage.clip(75, frames=10, rate=30),
        "tone.wav": score,
    }


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


_IN_JSON = (
    "no clips",
    "an odd size",
    "missing",
    "a bomb of aliases",
    "output is an input",
    "an unknown preset",
)
_RUNS = [pytest.param(case, False, id=name) for name, case in _CASES.items()]
_RUNS += [pytest.param(_CASES[name], True, id=f"{name}, as JSON") for name in _IN_JSON]


@pytest.mark.parametrize(("case", "as_json"), _RUNS)
def test_bad_input_ends_in_one_paragraph_and_writes_nothing(
    run: Run,
    here: Path,
    materials: dict[str, Path],
    case: tuple[Scene | None, tuple[str, ...], int, str],
    as_json: bool,
) -> None:
    scene, command, code, named = case
    for name, path in materials.items():
        os.link(path, here / name)
    if scene is not None:
        scene(here)
    before = _contents(here)
    if scene is _unreadable:
        # Loads what the command needs, while this process may still read its own library.
        run("assemble", "gone.mp4", "-o", "film.mp4")
    with unprivileged(here) if scene is _unreadable else contextlib.nullcontext():
        ended = run(*command, *(["--json"] if as_json else []))
    if as_json:
        error = ended.document["error"]
        assert error["exit_code"] == ended.code
        said = error["message"]
    else:
        assert ended.out == ""
        said = ended.err
        assert said.startswith("stitcher: ")
        assert "\n\n" not in said.strip()
    assert (ended.code, named in said) == (code, True), said
    assert "Traceback" not in ended.err + ended.out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", ended.err)
    assert _contents(here) == before


def test_caps_can_be_raised_by_name(
    run: Run, here: Path, chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCHER_MAX_PIXELS", "100")
    refused = run("probe", chain[0])
    assert refused.code == 66
    assert "STITCHER_MAX_PIXELS" in refused.err


def test_a_film_that_was_there_survives_a_failed_render(run: Run, here: Path, chain: list[Path]) -> None:
    (here / "film.mp4").write_bytes(b"the old film")
    assert run("assemble", chain[0], "missing.mp4", "-o", "film.mp4").code == 66
    assert (here / "film.mp4").read_bytes() == b"the old film"


def test_names_cannot_steer_the_terminal(run: Run, here: Path) -> None:
    ended = run("probe", "\x1b[2J\u202eclear.mp4")
    assert "\x1b" not in ended.err
    assert "\u202e" not in ended.err
    assert "clear.mp4" in ended.err


def test_a_variable_nothing_asks_for_is_told(run: Run, here: Path, board: Path) -> None:
    for command in ("check", "plan", "render"):
        ended = run(command, board, "--set", "who=me", "--set", "whom=you")
        assert ended.code == 65
        assert "asks for ${whom}: did you mean 'who'?" in ended.err


def test_a_file_of_variables_may_hold_more_than_is_asked_for(run: Run, here: Path, board: Path) -> None:
    (here / "vars.toml").write_text('who = "me"\nelse = "x"\n')
    assert run("plan", board, "--vars", "vars.toml").code == 0


@pytest.mark.parametrize("clips", [1, 2])
def test_a_misspelt_transition_is_told_of_any_row_of_clips(
    run: Run, here: Path, chain: list[Path], clips: int
) -> None:
    ended = run("assemble", *chain[:clips], "-o", "film.mp4", "--transition", "disolve")
    assert (ended.code, (here / "film.mp4").exists()) == (65, False)
    assert "there is no transition 'disolve': did you mean 'dissolve'?" in ended.err
