"""Loading: the right storyboard comes out, and everything wrong is told with its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stitcher.errors import InputError, MediaMissing, StoryboardError
from stitcher.storyboard import yaml_reader
from stitcher.storyboard.load import load, load_variables, parse
from stitcher.timebase import Time

LIGHTHOUSE = """\
stitcher: 1
title: The Lighthouse
format: {ratio: "1280:720", fps: 24}
defaults: {model: gen4_turbo, duration: 5, seed: 7, transition: match}
budget: {credits: 400}
shots:
  - id: harbour
    start: stills/harbour.png
    prompt: Slow dolly in over a fishing harbour
    duration: 10
  - id: door                      # starts from harbour's last frame
    start: previous
    prompt: The camera pushes through the lighthouse door
  - id: storm
    clip: footage/storm.mp4
    in: 12f
    out: 4.5s
    transition: {kind: dissolve, duration: 0.5s}
  - id: end
    title: {text: "The Lighthouse", duration: 3s}
    transition: {kind: fadeblack, duration: 1s}
sound:
  - {role: music, file: sound/score.wav, gain: -8, fade_out: 2s, loop: true, duck: {under: dialogue, by: 10}}
  - {role: dialogue, file: sound/line1.wav, at: door+1.5s}
  - {role: ambience, file: sound/sea.wav, from: harbour, to: storm}
upscale: {by: local, to: 2160p}
deliver:
  - {preset: youtube-2160p, file: out/lighthouse.mp4}
  - {editor: resolve, folder: out/resolve}
"""

SHOTS = "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, clip: b.mp4}\n"


def issues_of(text: str, **options: object) -> list[tuple[int | None, int | None, str]]:
    with pytest.raises(StoryboardError) as caught:
        parse(text, path="/films/film.yaml", **options)  # type: ignore[arg-type]  # passed on as given
    return [(issue.line, issue.column, issue.message) for issue in caught.value.issues]


def only_issue(text: str, **options: object) -> str:
    found = issues_of(text, **options)
    assert len(found) == 1, found
    return found[0][2]


def test_the_example_of_the_documentation_loads() -> None:
    board = parse(LIGHTHOUSE, path="/films/lighthouse.yaml")
    assert [shot.kind for shot in board.shots] == ["take", "take", "clip", "title"]
    assert board.shots[2].in_ == Time(frames=12)
    assert board.shots[1].start is not None
    assert board.shots[1].start.previous
    assert board.sound[0].duck is not None
    assert board.sound[0].duck.under == ("dialogue",)


def test_paths_are_counted_from_the_storyboards_folder() -> None:
    board = parse(LIGHTHOUSE, path="/films/lighthouse.yaml")
    assert board.shots[2].clip == Path("/films/footage/storm.mp4")
    assert board.deliver[0].file == Path("/films/out/lighthouse.mp4")


def test_a_file_is_loaded_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text(SHOTS)
    board = load(path)
    assert board.path == path
    assert board.name == "film"


def test_every_issue_is_told_at_once() -> None:
    text = "stitcher: 1\ntitel: x\nshots:\n  - {id: a, clip: a.mp4, fit: cropp}\n  - {id: a, title: {text: hi}}\n"
    assert [line for line, _, _ in issues_of(text)] == [2, 4, 5, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("titel: x\n", "did you mean 'title'?", id="key of the storyboard"),
        pytest.param("fps: 24\n", "belongs under 'format'", id="key in the wrong place"),
        pytest.param("defaults: {transitoin: cut}\n", "did you mean 'transition'?", id="key of a part"),
        pytest.param("defaults: {fit: blurr}\n", "did you mean 'blur'?", id="word"),
        pytest.param("sound: [{role: music, file: a.wav, at: aa+1s}]\n", "did you mean 'a'?", id="anchor"),
        pytest.param("sound: [{role: music, file: a.wav, from: c}]\n", "there are a, b.", id="nothing near"),
        pytest.param("defaults: {transition: disolve}\n", "did you mean 'dissolve'?", id="transition"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(text: str, said: str) -> None:
    assert said in only_issue(SHOTS + text, transitions={"fade", "wipeleft"})


def test_an_unknown_effect_is_answered_with_the_nearest() -> None:
    text = SHOTS + "  - {id: c, clip: c.mp4, effects: [MirorX, 'mypkg.fx:Grain']}\n"
    assert "did you mean 'MirrorX'?" in only_issue(text, effects={"MirrorX", "FadeIn"})


def test_an_issue_shows_its_line_with_a_caret() -> None:
    with pytest.raises(StoryboardError) as caught:
        parse(SHOTS + "titel: x\n", path="/films/film.yaml")
    assert str(caught.value).splitlines() == [
        "/films/film.yaml:5:1: a storyboard has no 'titel': did you mean 'title'?",
        "    titel: x",
        "    ^",
    ]


@pytest.mark.parametrize(
    ("shot", "line", "column", "said"),
    [
        pytest.param("in: 12", 4, 5, "12 has no unit: write 12s", id="bare number as a time"),
        pytest.param("out: 12:30", 4, 6, "a timecode has four parts", id="YAML 1.1 sexagesimal"),
        pytest.param("sound: {keep: no}", 4, 15, "no is text in YAML 1.2", id="YAML 1.1 truth value"),
        pytest.param("speed: 0", 4, 8, "from 0.01 to 100", id="speed of nothing"),
        pytest.param("speed: fast", 4, 8, "such as 2, 0.5 or 3/2", id="speed in words"),
        pytest.param("prompt: hello", 4, 1, "'prompt' is for shots that are generated", id="prompt on a clip"),
        pytest.param("takes: 2", 4, 1, "'takes' is for shots that are generated", id="takes on a clip"),
        pytest.param("transition: {kind: cut, duration: 1s}", 4, 25, "a cut has no length", id="long cut"),
        pytest.param("transition: {kind: fade, drop: 1}", 4, 26, "only a match cut drops", id="dropping dissolve"),
        pytest.param("transition: {kind: match, drop: -1}", 4, 33, "must be auto, 0, 1", id="drop of less than none"),
        pytest.param("transition: {kind: match, drop: 1.5}", 4, 33, "must be auto, 0, 1", id="drop of a part"),
        pytest.param("transition: {kind: fade, duration: 0f}", 4, 26, "is a cut", id="dissolve of nothing"),
        pytest.param("overlays: [{text: ''}]", 4, 13, "no text to show", id="empty text"),
        pytest.param("overlays: {text: x}", 4, 11, "must be a list", id="mapping for a list"),
        pytest.param("title: hello", 4, 8, "must be a mapping", id="text for a mapping"),
        pytest.param("in: 4s\n  out: 2s", 5, 1, "'out' (2s) is not after 'in' (4s)", id="out before in"),
        pytest.param("in: 12f\n  out: 12f", 5, 1, "'out' (12f) is not after 'in' (12f)", id="nothing between"),
        pytest.param("clip:", 4, 1, "twice", id="key twice"),
        pytest.param("fit:", 4, 1, "has no value", id="no value"),
        pytest.param("markers: [{at: 1s}]", 4, 11, "'markers' needs 'name'", id="missing key"),
        pytest.param('overlays: [{text: x, colour: "#12"}]', 4, 30, "must be a colour", id="half a colour"),
        pytest.param("overlays: [{text: x, size: 9}]", 4, 28, "0.5 or less", id="letters above the picture"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_shot_is_placed(shot: str, line: int, column: int, said: str) -> None:
    block = f"stitcher: 1\nshots:\n- id: a\n  clip: a.mp4\n  {shot}\n"
    found = [issue for issue in issues_of(block) if said in issue[2]]
    assert found, issues_of(block)
    assert found[0][0] == line + 1
    assert found[0][1] == column + 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty file"),
        pytest.param("- a\n", "must be a mapping", id="list"),
        pytest.param("shots: [{id: a, clip: a.mp4}]\n", "needs 'stitcher'", id="no version"),
        pytest.param("stitcher: 2\nshots: [{id: a, clip: a.mp4}]\n", "version 1, not 2", id="other version"),
        pytest.param("stitcher: 1\n", "needs 'shots'", id="no shots"),
        pytest.param("stitcher: 1\nshots: []\n", "at least one", id="empty shots"),
        pytest.param("stitcher: 1\nshots: [{id: a}]\n", "needs a 'clip', a 'title'", id="shot of nothing"),
        pytest.param("stitcher: 1\nshots: [{id: 12f, clip: a}]\n", "reads as a time", id="id like a time"),
        pytest.param("stitcher: 1\nshots: [{id: 12, clip: a}]\n", "put it in quotes", id="number as id"),
        pytest.param(
            "stitcher: 1\nshots: [{id: ../x, clip: a}]\n", "cannot name a shot", id="id like a path"
        ),
        pytest.param("stitcher: 1\nshots:\n\t- id: a\n", "has a tab", id="tab"),
        pytest.param("stitcher: 1\ntitle: a: b\n", "second ':'", id="colon in plain text"),
        pytest.param("stitcher: 1\ntitle: !!python/name:os.system x\n", "tags", id="tag"),
        pytest.param("stitcher: 1\n---\nstitcher: 1\n", "one YAML document", id="two documents"),
        pytest.param("stitcher: 1\n? [a]\n: b\n", "a key must be a word", id="list as key"),
        pytest.param("a: &a {b: c}\nd: {<<: *a}\n", "not part of YAML 1.2", id="merge key"),
        pytest.param("a: *b\n", "b", id="alias of nothing"),
        pytest.param("a: &a [*a]\n", "no complete '&a'", id="alias of itself"),
        pytest.param("a: [b\n", "", id="unclosed list"),
        pytest.param("a: \x01\n", "U+0001", id="control character"),
        pytest.param("a: '\n", "", id="unclosed quote"),
        pytest.param("%YAML 9.9\n---\na: b\n", "", id="version of the future"),
    ],
)
def test_what_is_no_storyboard_is_refused(text: str, said: str) -> None:
    assert said in "\n".join(message for _, _, message in issues_of(text))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param('"a\\0b"', "U+0000", id="NUL"),
        pytest.param('"a\\nb.mp4"', "U+000A", id="line end"),
        pytest.param("http://example.org/a.mp4", "download it first", id="address"),
        pytest.param('""', "empty", id="nothing"),
        pytest.param("[a.mp4]", "must be a path", id="list"),
    ],
)
def test_what_is_no_path_is_refused(path: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots:\n  - id: a\n    clip: {path}\n")


@pytest.mark.parametrize(
    "path", ["../film.mp4", "/tmp/film.mp4", "a/../../b.mp4", "C:\\film.mp4", "\\\\host\\x"]
)
def test_outputs_stay_in_the_storyboards_folder(path: str) -> None:
    assert "outside the storyboard's folder" in only_issue(
        f"{SHOTS}deliver: [{{preset: p, file: '{path}'}}]\n"
    )


@pytest.mark.parametrize(
    ("deliveries", "said"),
    [
        pytest.param(
            "{preset: p, file: x.mp4}, {preset: q, file: ./x.mp4}", "delivery 1 goes there", id="twice"
        ),
        pytest.param("{preset: p, file: a}", "never overwritten", id="a clip"),
    ],
)
def test_deliveries_have_places_of_their_own(deliveries: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots: [{{id: s, clip: a}}]\ndeliver: [{deliveries}]\n")


def test_inputs_may_be_anywhere() -> None:
    board = parse(
        "stitcher: 1\nshots: [{id: a, clip: ../a.mp4}, {id: b, clip: /b.mp4}]\n", path="/films/x/f.yaml"
    )
    assert [shot.clip for shot in board.shots] == [Path("/films/x/../a.mp4"), Path("/b.mp4")]


@pytest.mark.parametrize(
    ("shots", "said"),
    [
        pytest.param("[{id: a, clip: a}, {id: a, clip: b}]", "shot 1 is called 'a' already", id="twice"),
        pytest.param("[{id: a, clip: a}, {id: A, clip: b}]", "differ only in capitals", id="capitals"),
        pytest.param("[{id: a, prompt: x, start: previous}]", "none before it", id="previous of the first"),
        pytest.param(
            "[{id: a, prompt: x, start: {shot: b}}]", "no shot is called 'b'", id="start of nothing"
        ),
        pytest.param("[{id: a, prompt: x, start: {shot: a}}]", "start from each other", id="start of itself"),
        pytest.param(
            "[{id: a, prompt: x, start: {shot: b}}, {id: b, prompt: x, start: previous}]",
            "('a' → 'b' → 'a')",
            id="ring",
        ),
        pytest.param(
            "[{id: a, title: {text: x, duration: 1s}}, {id: b, prompt: x, start: previous}]",
            "the title 'a'",
            id="start of a title",
        ),
        pytest.param(
            "[{id: a, clip: a, transition: cut}]", "comes in from nothing", id="transition of the first"
        ),
        pytest.param("[{id: a, prompt: x, start: {}}]", "it has none", id="empty start"),
        pytest.param(
            "[{id: a, prompt: x, start: {file: a.png, image: {prompt: x}}}]",
            "file and image",
            id="two starts",
        ),
        pytest.param(
            "[{id: a, prompt: x, start: {image: {prompt: x, references: [{file: a, tag: aaa}, {file: b, tag: aaa}]}}}]",
            "two references are called 'aaa'",
            id="tag twice",
        ),
    ],
)
def test_shots_that_contradict_each_other_are_refused(shots: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots: {shots}\n")


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        pytest.param("at: 1s, from: a", "'at' and 'from'", id="two beginnings"),
        pytest.param("to: b, length: 2s", "'to' and 'length'", id="two ends"),
        pytest.param("loop: true, out: 2s", "plays the whole file", id="loop with an end"),
        pytest.param("from: b, to: a", "'a' comes before 'b'", id="backwards"),
        pytest.param("at: 12", "12 has no unit", id="bare number"),
        pytest.param("at: '?'", "neither a time", id="no anchor"),
        pytest.param("gain: 99", "24 or less", id="too loud"),
        pytest.param("gain: .inf", "must be a number", id="infinitely loud"),
        pytest.param("gain: 1e999", "must be a number", id="a number too large to be one"),
        pytest.param("duck: {by: 0}", "more than 0", id="duck by nothing"),
    ],
)
def test_cues_that_contradict_themselves_are_refused(cue: str, said: str) -> None:
    assert said in only_issue(f"{SHOTS}sound: [{{role: music, file: a.wav, {cue}}}]\n")


def test_an_anchor_prefers_the_shot_that_exists() -> None:
    text = "stitcher: 1\nshots: [{id: a-12f, clip: a}, {id: a, clip: b}]\nsound: [{role: music, file: x, at: a-12f}]\n"
    board = parse(text)
    at = board.sound[0].at
    assert at is not None
    place = at.resolve([shot.id for shot in board.shots])
    assert place is not None
    assert (place.shot, place.offset) == ("a-12f", Time())
    alone = at.resolve(["a"])
    assert alone is not None
    assert (alone.shot, alone.offset, alone.before) == ("a", Time(frames=12), True)


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


def _laughs(levels: int) -> str:
    """Lists of two of the list before: 2 ** levels values in as many lines."""
    return "l0: &l0 [x, x]\n" + "".join(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}]\n" for n in range(1, levels))


class TestBombs:
    """Storyboards made to cost time or memory are refused before they do."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("a: 1\n" * 1_000_000, id="a million lines"),
            pytest.param("a: " + "x" * 3_000_000, id="3 MB"),
            pytest.param("[" * 100_000, id="deep flow"),
            pytest.param("".join(" " * n + "a:\n" for n in range(300)), id="deep block"),
            pytest.param("a: " + "- " * 40_000 + "\n", id="deep list"),
            pytest.param(_laughs(60), id="billion laughs"),
            pytest.param(
                "a: &a ['${x}', '${x}']\n" + "b: [" + "*a, " * 9000 + "]\n", id="alias of a variable"
            ),
            pytest.param("b: [" + "'${x}', " * 1000 + "]\n", id="long variables"),
            pytest.param("stitcher: 1\nshots:\n" + "- {id: '?'}\n" * 5000, id="many issues"),
        ],
    )
    def test_end_quickly_in_an_issue(self, text: str) -> None:
        began = time.monotonic()
        found = issues_of(text, variables={"x": "y" * 50_000})
        assert time.monotonic() - began < 10
        assert 1 <= len(found) <= 101

    def test_a_thousand_shots_are_no_bomb(self) -> None:
        text = "stitcher: 1\nshots:\n" + "".join(f"  - {{id: s{n}, clip: {n}.mp4}}\n" for n in range(1000))
        assert len(parse(text).shots) == 1000


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: None, id="missing"),
        pytest.param(lambda path: path.mkdir(), id="folder"),
        pytest.param(lambda path: __import__("os").mkfifo(path), id="fifo"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, make: object) -> None:
    path = tmp_path / "film.yaml"
    make(path)  # type: ignore[operator]  # a row's function
    with pytest.raises(MediaMissing):
        load(path)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes(b"stitcher: 1\ntitle: \xff\n")
    with pytest.raises(StoryboardError) as caught:
        load(path)
    assert caught.value.issues[0].line == 2


def test_a_file_above_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes(b"#" * (yaml_reader.MAX_BYTES + 1))
    with pytest.raises(StoryboardError, match="was not read"):
        load(path)
