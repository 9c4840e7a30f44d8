"""Takes as long as their sound asks for: which length of the model is chosen, and what is said of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.errors import PreflightError
from stitcher.generation.generate import estimate, inspect, settled_length_notes, strict_estimate
from stitcher.generation.models import Models
from stitcher.generation.request import shot_seconds, take_request
from stitcher.generation.stale import find_drift
from stitcher.generation.take_lengths import TakeLengths, settle_lengths, sounds_needed
from stitcher.storyboard.load import load, parse
from tests.factories import make_sound
from tests.footage import tone, write_wav
from tests.generation.boards import make_board
from tests.storyboard.texts import only_issue

LINE = "{role: dialogue, file: line.wav, from: a}"
WORDS = "Mind the door, will you? There is somebody behind it."


def settled(
    models: Models, shot: str = "", *, line: str = LINE, seconds: Fraction | float | None = 4, head: str = ""
) -> TakeLengths:
    """The lengths of a film of a generated shot and one after it, whose line lasts so long."""
    shots = (
        f"  - {{id: a, prompt: x, duration: from-sound, {shot}}}\n  - {{id: b, prompt: x, transition: cut}}\n"
    )
    board = make_board(f"{shots}sound:\n  - {line}\n", 'format: {ratio: "1280:720", fps: 24}\n' + head)
    duration = None if seconds is None else Fraction(seconds)
    sounds = (
        {}
        if duration is None
        else {path: make_sound(path=path, duration=duration) for path in sounds_needed(board)}
    )
    broken = {path: f"{path.name} is not there." for path in sounds_needed(board) if path not in sounds}
    return settle_lengths(board, models, sounds, broken=broken)


def asked(lengths: TakeLengths) -> int:
    assert not lengths.issues
    return shot_seconds(lengths.board, lengths.board.shots[0])


@pytest.mark.parametrize(
    ("shot", "line", "seconds", "length"),
    [
        pytest.param("", LINE, 4, 4, id="from the shot"),
        pytest.param("", LINE, Fraction("4.05"), 5, id="a little more"),
        pytest.param("", "{role: dialogue, file: line.wav, at: a+1.5s}", 4, 6, id="after its beginning"),
        pytest.param("", "{role: dialogue, file: line.wav, at: a, in: 2s}", 4, 2, id="cut into"),
        pytest.param("", "{role: dialogue, file: line.wav, at: a, length: 6.5s}", 9, 7, id="as long as said"),
        pytest.param("speed: 2", LINE, 4, 8, id="played twice as fast"),
        pytest.param("speed: 0.5", LINE, 4, 2, id="at half speed"),
        pytest.param("in: 1s", LINE, 4, 5, id="from a second on"),
        pytest.param("model: veo3.1", LINE, Fraction("4.2"), 6, id="of a list of lengths"),
        pytest.param("", "{role: effects, file: line.wav, from: a}", 3, 3, id="an effect"),
        pytest.param("hold: to-sound", LINE, 14, 10, id="the rest held"),
    ],
)
def test_the_shortest_length_that_holds_the_sound_is_asked_for(
    models: Models, shot: str, line: str, seconds: Fraction | float, length: int
) -> None:
    assert asked(settled(models, shot, line=line, seconds=seconds)) == length


def test_the_frame_that_a_match_cut_takes_off_is_not_counted_on(models: Models) -> None:
    shots = "  - {id: a, prompt: x, duration: from-sound}\n  - {id: b, prompt: x}\nsound:\n  - " + LINE
    board = make_board(shots)
    length = Fraction(4) + Fraction(1, 48)
    sounds = {path: make_sound(path=path, duration=length) for path in sounds_needed(board)}
    assert asked(settle_lengths(board, models, sounds)) == 5


def test_effects_do_not_count_where_somebody_speaks(models: Models) -> None:
    line = LINE + "\n  - {role: effects, file: bell.wav, from: a, length: 9s}"
    assert asked(settled(models, line=line, seconds=3)) == 3


def test_what_was_chosen_is_told_with_figures(models: Models) -> None:
    lengths = settled(models, line="{role: dialogue, file: line.wav, at: a+1s}", seconds=Fraction("4.3"))
    assert lengths.notes["a"] == (
        "Shot 'a': takes of 6 s, the shortest of gen4_turbo that hold its sound: 'line.wav' is over after 5.3s."
    )


def test_words_that_are_not_recorded_yet_are_estimated(models: Models) -> None:
    lengths = settled(
        models,
        line=f"{{role: dialogue, file: line.wav, from: a, text: {WORDS!r}, language: en}}",
        seconds=None,
    )
    assert asked(lengths) == 5
    assert lengths.notes["a"] == (
        "Shot 'a': takes of 5 s, the shortest of gen4_turbo that hold its sound: 'line.wav' is over after 4.2s (its "
        "words take about 4.1s (3.1 to 5.6)). A slow voice would need up to 0.6s more: record it first to be sure."
    )


def test_words_that_will_be_bought_are_estimated_in_the_language_of_their_voice(models: Models) -> None:
    def bought(language: str) -> TakeLengths:
        line = f"{{role: dialogue, name: line, from: a, generate: {{speech: {WORDS!r}, voice: ann}}}}"
        return settled(models, line=line, head=f"voices: {{ann: {{preset: Maya, language: {language}}}}}\n")

    assert asked(bought("ar")) > asked(bought("en")) == 5


def test_words_of_a_voice_that_was_recorded_are_estimated_by_its_pace(models: Models) -> None:
    board = make_board(
        "  - {id: a, prompt: x, duration: from-sound}\n  - {id: b, clip: b.mp4}\n"
        f"sound:\n  - {{role: narrator, file: one.wav, from: b, text: {WORDS!r}}}\n"
        f"  - {{role: narrator, file: two.wav, from: a, text: {WORDS!r}}}\n",
        'format: {ratio: "1280:720", fps: 24}\nroles: {narrator: dialogue}\nlanguage: en\n',
    )
    one = board.sound[0].file
    assert one is not None
    lengths = settle_lengths(board, models, {one: make_sound(path=one, duration=Fraction("6.5"))})
    assert asked(lengths) == 7
    assert "(its words take about 6.5s (5.5 to 7.5), by 1 recorded line of the voice)" in lengths.notes["a"]


@pytest.mark.parametrize(
    ("line", "seconds", "said"),
    [
        (
            LINE,
            Fraction("12.3"),
            (
                "shot 'a': no take of gen4_turbo (2 to 10 whole seconds) is long enough: 'line.wav' is over after "
                "12.3s, 2.3s more than its longest takes have. Shorten the line, give its end to another shot, or hold "
                "the last picture meanwhile ('hold: to-sound')."
            ),
        ),
        (
            "{role: music, file: line.wav, from: a}",
            4,
            (
                "shot 'a': 'duration: from-sound' has no sound to go by: no line begins in the shot. Give it one "
                "('role: dialogue' with 'from: a' or 'at: a+1s'), or write how many seconds."
            ),
        ),
        (LINE, None, "shot 'a': 'duration: from-sound' cannot go by its sound: line.wav is not there."),
    ],
)
def test_a_sound_that_cannot_say_how_long_a_shot_is_is_refused(
    models: Models, line: str, seconds: Fraction | float | None, said: str
) -> None:
    lengths = settled(models, line=line, seconds=seconds)
    assert lengths.issues["a"].message == said
    assert lengths.issues["a"].line is not None


def test_a_take_whose_line_became_longer_is_told_and_kept(models: Models, tmp_path: Path) -> None:
    from stitcher.generation.ledger import Ledger
    from stitcher.generation.paths import ledger_path

    before, after = (settled(models, seconds=seconds).board for seconds in (4, 6))
    with Ledger.open(ledger_path(tmp_path)) as ledger:
        take = ledger.intend(take_request(before, before.shots[0], 1, models.get("gen4_turbo"), None))
        ledger.sending(take.id)
        ledger.accepted(take.id, "t1")
        ledger.succeeded(take.id, cost_credits=25)
        ledger.stored(take.id, file="1.mp4", sha256="0", size=1, frames=97)
        assert not find_drift(before, models, ledger.takes())
        (drift,) = find_drift(after, models, ledger.takes())
    assert drift.differs == ("duration 4 → 6",)
    assert "It is kept" in str(drift)


def test_a_line_longer_than_a_length_that_is_written_is_told_before_anything_is_paid(models: Models) -> None:
    board = make_board(
        "  - {id: a, prompt: x, duration: 5}\n  - {id: b, prompt: x, transition: cut}\nsound:\n  - " + LINE
    )
    path = board.sound[0].file
    assert path is not None
    lengths = settle_lengths(board, models, {path: make_sound(path=path, duration=Fraction("6.5"))})
    assert lengths.board is board
    assert lengths.overruns["a"].startswith(
        "Shot 'a' will be 5.1s long, and 'line.wav' is over after 6.5s, 1.5s after it:"
    )


@pytest.mark.parametrize("shot", ["hold: to-sound", "out: 2s", "duration: 7"])
def test_a_line_that_has_its_time_is_not_told_of(models: Models, shot: str) -> None:
    board = make_board(f"  - {{id: a, prompt: x, {shot}}}\n  - {{id: b, prompt: x}}\nsound:\n  - {LINE}")
    path = board.sound[0].file
    assert path is not None
    assert not settle_lengths(board, models, {path: make_sound(path=path, duration=Fraction("6.5"))}).overruns


def test_sound_and_out_do_not_both_say_how_long_a_shot_is() -> None:
    assert "'duration: from-sound' says where the shot ends: remove 'out'" in only_issue(
        "stitcher: 1\nshots:\n  - {id: a, prompt: x, duration: from-sound, out: 2s}\n"
    )


def test_sounds_are_not_looked_for_where_nothing_is_generated() -> None:
    board = parse(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: a.mp4}}\nsound:\n  - {LINE}\n", path="/p/board.yaml"
    )
    assert sounds_needed(board) == ()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A storyboard of a shot as long as its line of 3.2 s, and one as long as a line that is too long."""
    board = tmp_path / "film.yaml"
    board.write_text(
        'stitcher: 1\nformat: {ratio: "1280:720", fps: 24}\nshots:\n'
        "  - {id: a, prompt: x, model: gen4.5, duration: from-sound}\n"
        "  - {id: b, prompt: x, model: gen4.5, transition: cut}\n"
        "sound:\n  - {role: dialogue, file: line.wav, from: a}\n"
    )
    write_wav(tmp_path / "line.wav", tone(3.2))
    return board


def test_the_estimate_prices_the_length_that_the_sound_asks_for_and_tells_it(film: Path) -> None:
    found = estimate(load(film))
    assert [line.amount for line in found.lines] == ["4 s", "5 s"]
    assert any("takes of 4 s" in note for note in found.notes)
    assert any("takes of 4 s" in note for note in inspect(load(film)).notes)
    assert any("takes of 4 s" in note for note in settled_length_notes(load(film)))


def test_nothing_is_bought_for_a_sound_that_is_too_long(film: Path) -> None:
    write_wav(film.parent / "line.wav", tone(11))
    with pytest.raises(PreflightError, match=r"film.yaml:4:\d+: shot 'a': no take of gen4.5 .* 1s more"):
        strict_estimate(load(film), provider="runway", shots=None, retake=(), project=None, max_credits=None)
