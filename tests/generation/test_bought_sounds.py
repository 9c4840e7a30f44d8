"""Sounds bought of the stand-in: in the right order, within the budget, once, and checked when they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.errors import (
    BudgetExceeded,
    DownloadFailed,
    InputError,
    Interrupted,
    MediaMissing,
    NotGenerated,
    PreflightError,
    TakeFailed,
    TakeHeld,
    UnknownOutcome,
)
from stitcher.generation.approval import Approval
from stitcher.generation.estimate import Estimate
from stitcher.generation.generate import estimate, generate, inspect
from stitcher.generation.held_takes import accept
from stitcher.generation.prices import Price
from stitcher.generation.rescue import adopt, rescue, retry
from stitcher.generation.selects import circle, remove
from stitcher.generation.states import State
from stitcher.generation.take_list import list_takes
from stitcher.media.probe import probe_sound
from stitcher.standin import Fault, MediaRequest, StandIn
from tests.footage import run_ffmpeg, tone, write_wav
from tests.generation.chain_kit import coding_server, project, runway, takes_of
from tests.generation.sound_kit import (
    CLEAN,
    DUBBED,
    EFFECT,
    HEAD,
    LINE,
    RAIN,
    sound_project,
    sounding,
    sounding_server,
    with_sound,
)

LONG = LINE.replace("not to come", "not to come by night")


@pytest.fixture
def server() -> Iterator[StandIn]:
    with sounding_server() as running:
        yield running


def test_every_kind_is_bought_at_the_estimated_price_and_plays_as_a_file(
    server: StandIn, tmp_path: Path
) -> None:
    board = sound_project(tmp_path, LINE, EFFECT, RAIN, CLEAN, DUBBED)
    priced = estimate(board)
    assert {line.shot: (line.price.credits, line.amount) for line in priced.lines} == {
        "line": (1, "23 characters, about 1.5 s"),
        "door": (1, "0.5 s"),
        "rain": (1, "1 s"),
        "clean": (1, "6 s"),
        "dubbed": (1, "about 1.5 s, up to 2.0 s"),
    }
    with runway(server) as provider:
        made = generate(board, provider=provider)
    assert {take.label for take in made.takes} == {
        f"Sound {name} take 1" for name in ("line", "door", "rain", "clean", "dubbed")
    }
    assert made.credits == server.books.charged == priced.credits
    film = stitcher.lay_out(board)
    assert [(cue.name, cue.sound.path.relative_to(tmp_path).as_posix()) for cue in film.cues] == [
        (name, f"takes/{name}/{name}.take-1.wav") for name in ("line", "door", "rain", "clean", "dubbed")
    ]
    assert not [note for note in film.notes if "Stand-in" in note]
    assert estimate(board).lines == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (
            4.0,
            "Sound line take 1 is 4.0s long, far longer than expected: its words take about 1.5s (1.1 to 2.0).",
        ),
        (
            0.3,
            "Sound line take 1 is 0.3s long, far shorter than expected: its words take about 1.5s (1.1 to 2.0).",
        ),
        (2.2, ""),
    ],
)
def test_a_line_far_from_its_expected_length_is_told(tmp_path: Path, seconds: float, told: str) -> None:
    made = {"text_to_speech": sounding(tone(seconds, channels=1))}
    with sounding_server(made) as server, runway(server) as provider:
        notes = generate(sound_project(tmp_path, LINE), provider=provider).notes
    found = [note for note in notes if "than expected" in note]
    assert [note.startswith(told) for note in found] == [True] * bool(told)


@pytest.mark.slow
def test_what_is_made_from_another_sound_waits_for_it(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, DUBBED, LINE)
    with runway(server) as provider:
        generate(board, provider=provider)
    assert [create.endpoint for create in server.books.creates] == ["text_to_speech", "voice_dubbing"]
    line, dubbed = takes_of(tmp_path)
    assert dubbed.start_sha256 == line.sha256


@pytest.mark.slow
def test_no_credits_are_spent_on_what_would_be_made_from_a_stand_in(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE, DUBBED)
    generate(board)
    with (
        runway(server) as provider,
        pytest.raises(InputError, match="made from line, which is only a stand-in"),
    ):
        generate(board, provider=provider, shots=["dubbed"])
    assert not server.books.creates


def _lasting(seconds: float) -> Callable[[MediaRequest], Path]:
    return sounding(tone(seconds, channels=1))


@pytest.mark.parametrize("lasts", [1.2, 1.9, 2.0], ids=["as expected", "slow", "two whole credits' worth"])
def test_a_dub_of_a_line_that_is_made_in_the_same_run_costs_at_most_what_was_shown(
    tmp_path: Path, lasts: float
) -> None:
    board = sound_project(tmp_path, LINE, DUBBED)
    shown = estimate(board).ceiling_credits
    with sounding_server({"text_to_speech": _lasting(lasts)}) as server, runway(server) as provider:
        made = generate(board, provider=provider)
        assert made.credits == server.books.charged <= shown


def test_a_dub_is_priced_by_the_words_when_its_line_is_made_anew(tmp_path: Path) -> None:
    board = sound_project(tmp_path, LONG, DUBBED)
    with sounding_server({"text_to_speech": _lasting(1.5)}) as server, runway(server) as provider:
        generate(board, provider=provider)
    (alone,) = estimate(board, shots=["dubbed"], retake=["dubbed"]).lines
    assert (alone.amount, alone.price) == ("1.5 s", Price(1, 1)), "of the line that is there"
    dubbed = estimate(board, retake=["line", "dubbed"]).lines[-1]
    assert (dubbed.amount, dubbed.price) == ("about 2.0 s, up to 2.7 s", Price(2, 2))
    with sounding_server({"text_to_speech": _lasting(2.5)}) as server, runway(server) as provider:
        made = generate(board, provider=provider, retake=["line", "dubbed"])
        assert (made.credits, server.books.charged) == (3, 3)


@pytest.mark.parametrize("retake", [False, True], ids=["first purchase", "retake"])
def test_what_has_become_dearer_than_was_agreed_to_is_not_sent_and_is_asked_about_again(
    tmp_path: Path, retake: bool
) -> None:
    board = sound_project(tmp_path, LINE, DUBBED)
    again = ["line", "dubbed"] if retake else []
    asked: list[int] = []

    def agree(priced: Estimate) -> bool:
        asked.append(priced.ceiling_credits)
        return True

    before = 0
    if retake:
        with sounding_server({"text_to_speech": _lasting(1.4)}) as server, runway(server) as provider:
            before = generate(board, provider=provider).credits
    with sounding_server({"text_to_speech": _lasting(4.1)}) as server, runway(server) as provider:
        with pytest.raises(BudgetExceeded, match="the price that was agreed to allows") as found:
            generate(board, provider=provider, retake=again, approval=Approval(confirm=agree))
        assert [create.endpoint for create in server.books.creates] == ["text_to_speech"]
        assert server.books.charged <= asked[0] == 3
        assert (found.value.needed_credits, found.value.allowed_credits) == (before + 4, before + 3)
        assert (found.value.shot, found.value.exit_code) == ("dubbed", 77)
        if retake:
            circle(tmp_path, "line", 2)
        generate(board, provider=provider, retake=again[1:], approval=Approval(confirm=agree))
        assert asked == [3, 3]
        assert server.books.charged == 4


@pytest.mark.slow
def test_nothing_is_bought_above_the_budget(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE, EFFECT, head=f"{HEAD}budget: {{credits: 1}}\n")
    with runway(server) as provider, pytest.raises(BudgetExceeded):
        generate(board, provider=provider)
    assert not server.books.creates


def test_a_sound_is_bought_once_and_another_only_when_asked_for(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    with runway(server) as provider:
        generate(board, provider=provider)
        assert generate(board, provider=provider).takes == ()
        made = generate(board, provider=provider, retake=["line"])
        assert [take.number for take in made.takes] == [2]
        assert "stitcher takes circle BOARD line 2" in made.notes[0]
    assert stitcher.lay_out(board).cues[0].sound.path.name == "line.take-1.wav"
    circle(tmp_path, "line", 2)
    assert stitcher.lay_out(board).cues[0].sound.path.name == "line.take-2.wav"


@pytest.mark.slow
def test_changed_words_make_it_stale_and_buy_nothing(server: StandIn, tmp_path: Path) -> None:
    with runway(server) as provider:
        generate(sound_project(tmp_path, LINE), provider=provider)
        board = sound_project(tmp_path, LINE.replace("I told", "We told"))
        assert generate(board, provider=provider).takes == ()
    [drift] = inspect(board).drifts
    assert str(drift) == (
        "Sound line take 1 no longer matches the storyboard (words). It is kept; for a new one: stitcher generate "
        "BOARD --retake line --provider runway"
    )


@pytest.mark.slow
def test_a_line_is_not_stale_for_its_neighbours_words(server: StandIn, tmp_path: Path) -> None:
    head = HEAD.replace("keeper: Bernard", "keeper: {preset: Bernard, model: eleven_v4}")
    second = LINE.replace("name: line", "name: next").replace("I told you", "Better")
    with runway(server) as provider:
        generate(sound_project(tmp_path, LINE, second, head=head), provider=provider)
    assert server.books.creates[1].body["previousText"] == "I told you not to come."
    board = sound_project(tmp_path, LINE.replace("I told", "We told"), second, head=head)
    assert [drift.take.shot for drift in inspect(board).drifts] == ["line"]


@pytest.mark.slow
def test_another_source_is_told(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, CLEAN)
    with runway(server) as provider:
        generate(board, provider=provider)
    write_wav(tmp_path / "talk.wav", tone(7.0, 200, channels=1))
    assert [drift.differs for drift in inspect(board).drifts] == [("what it is made from",)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("came", "why"),
    [
        (np.zeros((24_000, 1), np.float32), "is silent from beginning to end"),
        (tone(2.0, channels=1), "lasts 2.00 s where 0.50 s were asked for"),
    ],
    ids=["silent", "too long"],
)
def test_what_is_not_as_asked_waits_for_a_person(tmp_path: Path, came: np.ndarray, why: str) -> None:
    board = sound_project(tmp_path, EFFECT)
    with sounding_server({"sound_effect": sounding(came)}) as server, runway(server) as provider:
        with pytest.raises(TakeHeld, match=why):
            generate(board, provider=provider)
        with pytest.raises(TakeHeld):
            generate(board, provider=provider)
        assert len(server.books.tasks) == 1
    with pytest.raises(NotGenerated):
        stitcher.lay_out(board)
    taken, _ = accept(tmp_path, "door", 1)
    assert (taken.file, taken.frames) == ("takes/door/door.take-1.wav", len(came))
    assert stitcher.lay_out(board).cues[0].sound.path.name == "door.take-1.wav"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "encoded", "container"),
    [
        (".mp3", ("-metadata", "title=x", "-f", "mp3"), "mp3"),
        (".ogg", ("-c:a", "libopus", "-f", "ogg"), "ogg"),
        (".m4a", ("-f", "ipod"), "mov"),
        (".flac", ("-f", "flac"), "flac"),
    ],
)
def test_a_sound_keeps_the_kind_it_came_as(
    tmp_path: Path, suffix: str, encoded: tuple[str, ...], container: str
) -> None:
    def make(request: MediaRequest) -> Path:
        wav = write_wav(request.target.with_suffix(".made.wav"), tone(0.5, channels=1))
        run_ffmpeg("-i", str(wav), *encoded, str(request.target))
        return request.target

    board = sound_project(tmp_path, EFFECT)
    with sounding_server({"sound_effect": make}) as server, runway(server) as provider:
        [take] = generate(board, provider=provider).takes
        served = server.books.tasks[0].output
        assert served is not None
        bytes_came = served.read_bytes()
    assert take.file == f"takes/door/door.take-1{suffix}"
    assert (tmp_path / take.file).read_bytes() == bytes_came
    assert take.sha256 == hashlib.sha256(bytes_came).hexdigest()
    assert probe_sound(tmp_path / take.file).container == container


@pytest.mark.slow
def test_a_wav_that_was_streamed_with_open_sizes_is_taken(tmp_path: Path) -> None:
    def make(request: MediaRequest) -> Path:
        content = bytearray(write_wav(request.target, tone(0.5, channels=1)).read_bytes())
        for at in (4, content.index(b"data") + 4):
            content[at : at + 4] = b"\xff" * 4
        request.target.write_bytes(content)
        return request.target

    board = sound_project(tmp_path, EFFECT)
    with sounding_server({"sound_effect": make}) as server, runway(server) as provider:
        [take] = generate(board, provider=provider).takes
    assert take.frames == 24_000


@pytest.mark.slow
def test_what_no_file_can_be_is_fetched_again_and_never_bought_again(tmp_path: Path) -> None:
    board = sound_project(tmp_path, EFFECT)
    with sounding_server() as server, runway(server) as provider:
        server.script("download", Fault.serves(b"<html>no sound</html>"))
        [take] = generate(board, provider=provider).takes
        assert (take.state, len(server.books.tasks)) == (State.FRAMED, 1)


@pytest.mark.slow
def test_a_lost_answer_is_unknown_until_a_person_finds_the_task(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE, EFFECT)
    server.script("create", Fault.drop())
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome, match="stitcher adopt BOARD line TASK_ID"):
            generate(board, provider=provider)
        assert len(server.books.tasks) == 1
        made = adopt(board, "line", server.books.tasks[0].id, provider=provider)
        assert [take.label for take in made.takes] == ["Sound line take 1"]
        generate(board, provider=provider)
    assert set(server.books.booked.values()) == {1}


@pytest.mark.slow
def test_what_was_charged_and_failed_is_asked_for_again_only_by_a_person(
    server: StandIn, tmp_path: Path
) -> None:
    board = sound_project(tmp_path, LINE)
    server.script("task", Fault.fails("SAFETY.INPUT.TEXT"))
    with runway(server) as provider:
        with pytest.raises(TakeFailed):
            generate(board, provider=provider)
        with pytest.raises(InputError, match="stitcher retry BOARD line --accept-second-charge 1"):
            generate(board, provider=provider)
        assert len(server.books.tasks) == 1
        [take] = retry(board, "line", 1, provider=provider).takes
    assert take.attempt == 2


@pytest.mark.slow
def test_what_is_under_way_is_brought_home(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    server.script("download", *[Fault.http(500)] * 12)
    with runway(server) as provider:
        with pytest.raises(DownloadFailed):
            generate(board, provider=provider)
        server.behave()
        assert [take.label for take in rescue(board, provider=provider).takes] == ["Sound line take 1"]
    assert len(server.books.tasks) == 1


@pytest.mark.slow
def test_a_removed_sound_keeps_its_record_and_the_next_has_another_number(
    server: StandIn, tmp_path: Path
) -> None:
    board = sound_project(tmp_path, LINE)
    with runway(server) as provider:
        generate(board, provider=provider)
        take, [file] = remove(tmp_path, "line", 1)
        assert (take.removed, file.exists(), take.spent_credits) == (True, False, 1)
        [again] = generate(board, provider=provider).takes
    assert again.number == 2


@pytest.mark.slow
def test_a_file_that_no_purchase_explains_stops_the_purchase(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    (tmp_path / "takes/line").mkdir(parents=True)
    write_wav(tmp_path / "takes/line/line.take-1.wav", tone(1.0))
    with (
        runway(server) as provider,
        pytest.raises(PreflightError, match=r"takes/line/line\.take-1\.wav is there"),
    ):
        generate(board, provider=provider)
    assert not server.books.creates


def test_later_takes_that_no_purchase_explains_are_named_too(tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    generate(board)
    write_wav(tmp_path / "takes/line/line.take-3.wav", tone(1.0))
    notes = stitcher.estimate(board).notes
    assert any("takes/line/line.take-3.wav is there" in note for note in notes)


@pytest.mark.slow
def test_only_what_is_named_is_bought(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE, EFFECT)
    with runway(server) as provider:
        made = generate(board, provider=provider, shots=["door"])
        with pytest.raises(InputError, match="There is no shot or sound 'dor'"):
            generate(board, provider=provider, shots=["dor"])
    assert [take.shot for take in made.takes] == ["door"]


@pytest.mark.slow
def test_a_person_is_asked_with_the_whole_price(server: StandIn, tmp_path: Path) -> None:
    asked: list[int] = []

    def confirm(priced: Estimate) -> bool:
        asked.append(priced.credits)
        return False

    board = sound_project(tmp_path, LINE, CLEAN)
    with runway(server) as provider, pytest.raises(Interrupted):
        generate(board, provider=provider, approval=Approval(confirm=confirm))
    assert (asked, server.books.creates) == ([2], ())


@pytest.mark.slow
def test_takes_of_sounds_are_listed_with_the_one_in_the_film(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    with runway(server) as provider:
        generate(board, provider=provider)
    found = list_takes(board)
    assert [(take.label, found.in_film["line"] == take) for take in found.takes] == [
        ("Sound line take 1", True)
    ]


def test_a_shots_voice_is_sent_with_silence_where_it_is_too_short_and_belongs_to_the_file_shown(
    server: StandIn, tmp_path: Path
) -> None:
    with_sound(tmp_path, tone(1.0))
    board = sound_project(tmp_path, shot=", sound: voice")
    with pytest.raises(NotGenerated, match="'a' is not generated yet"):
        stitcher.lay_out(board)
    assert [(line.shot, line.purpose, line.amount) for line in estimate(board).lines] == [
        ("a", "sound", "4.7 s")
    ]
    with runway(server) as provider:
        [take] = generate(board, provider=provider).takes
        assert (take.label, take.file) == ("Shot a voice 1", "takes/a/a.voice-1.wav")
        assert generate(board, provider=provider).takes == ()
        film = stitcher.lay_out(board)
        assert [cue.sound.path.name for cue in film.cues] == ["a.voice-1.wav"]
        with_sound(tmp_path, tone(1.0, 300.0))
        [again] = generate(board, provider=provider).takes
    assert again.number == 2
    assert [cue.sound.path.name for cue in stitcher.lay_out(board).cues] == ["a.voice-2.wav"]


def test_a_file_to_be_made_from_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    board = sound_project(tmp_path, CLEAN)
    (tmp_path / "talk.wav").unlink()
    with pytest.raises(MediaMissing) as caught:
        estimate(board)
    assert "board.yaml:7:" in caught.value.__notes__[0]


@pytest.mark.slow
def test_there_is_no_voice_to_be_taken_out_of_a_shot_without_sound(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, shot=", sound: voice")
    with runway(server) as provider:
        assert generate(board, provider=provider).takes == ()
    assert stitcher.lay_out(board).cues == ()


@pytest.mark.slow
def test_a_take_that_came_without_sound_is_passed_over_and_said(tmp_path: Path) -> None:
    shot = "  - {id: a, start: start.png, prompt: A man says no, model: veo3.1_fast, duration: 4, sound: voice}\n"
    with coding_server(tmp_path) as server, runway(server) as provider:
        made = generate(project(tmp_path, shot), provider=provider)
        assert [take.label for take in made.takes] == ["Shot a take 1"]
        [note] = made.notes
        assert note.startswith("The take of the shot 'a' came without sound")
        assert generate(project(tmp_path, shot), provider=provider).takes == ()
        assert len(server.books.creates) == 1


def test_stand_ins_are_free_marked_and_as_long_as_what_they_stand_for(tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE, EFFECT, RAIN)
    made = generate(board)
    assert (made.credits, [take.frames for take in made.takes]) == (0, [75_406, 24_000, 48_000])
    film = stitcher.lay_out(board)
    assert [cue.name for cue in film.cues] == ["line (stand-in)", "door (stand-in)", "rain (stand-in)"]
    assert film.notes[0] == "Stand-ins are heard for sounds that are not bought yet: line, door, rain."
    checked = stitcher.check(board)
    assert "Only animatics so far: door, line, rain." in checked.notes
    assert generate(board).takes == ()


def test_a_stand_in_is_made_again_when_its_words_change(tmp_path: Path) -> None:
    generate(sound_project(tmp_path, LINE, EFFECT, CLEAN, DUBBED))
    board = sound_project(
        tmp_path, LINE.replace("I told you not", "Nobody ever told you"), EFFECT, CLEAN, DUBBED
    )
    assert "made again by: stitcher generate BOARD" in "".join(stitcher.check(board).notes)
    assert [(take.shot, take.number) for take in generate(board).takes] == [("line", 2), ("dubbed", 2)]
    assert generate(board).takes == ()
    heard = {cue.name: cue.sound.path.name for cue in stitcher.lay_out(board).cues}
    assert heard["line (stand-in)"] == "line.take-2.animatic.wav"
    assert not [note for note in stitcher.check(board).notes if "no longer matches" in note]


def test_a_stand_in_is_not_made_again_beside_a_bought_sound(server: StandIn, tmp_path: Path) -> None:
    generate(sound_project(tmp_path, LINE))
    with runway(server) as provider:
        generate(sound_project(tmp_path, LINE), provider=provider)
    assert generate(sound_project(tmp_path, LINE.replace("I told", "We told"))).takes == ()


def test_a_line_over_somebody_who_speaks_is_said_once_to_move_no_lips(tmp_path: Path) -> None:
    cues = [LINE.replace("at: a", "at: b"), LINE.replace("name: line, at: a", "name: second, at: b+1s")]
    board = sound_project(tmp_path, *cues, shot="}\n  - {id: b, prompt: A woman speaks to us")
    notes = [note for note in estimate(board).notes if "lips" in note]
    assert notes == [
        "A spoken line moves no lips: line over b, second over b. Speech and picture are made apart from each other."
    ]


@pytest.mark.slow
def test_a_take_is_as_long_as_the_line_that_was_bought_for_it(tmp_path: Path) -> None:
    board = sound_project(
        tmp_path,
        LINE.replace("at: a", "at: b"),
        head=f'{HEAD}format: {{ratio: "1280:720"}}\n',
        shot="}\n  - {id: b, prompt: waves, model: gen4.5, duration: from-sound",
    )
    assert [line.amount for line in estimate(board).lines if line.shot == "b"] == ["2 s"]
    spoken = sounding(tone(6.5, channels=1))
    with sounding_server({"text_to_speech": spoken}) as server, runway(server) as provider:
        generate(board, provider=provider, shots=["line"])
    assert [line.amount for line in estimate(board).lines] == ["7 s"]


@pytest.mark.slow
def test_a_sound_bought_for_another_storyboard_of_the_folder_is_said(server: StandIn, tmp_path: Path) -> None:
    board = sound_project(tmp_path, LINE)
    with runway(server) as provider:
        generate(board, provider=provider)
    other = tmp_path / "other.yaml"
    other.write_text((tmp_path / "board.yaml").read_text())
    [note] = estimate(stitcher.load(other)).notes
    assert note.startswith(
        "Sound line plays take 1, which was made for board.yaml: storyboards in one folder share"
    )
    assert "rename the sound" in note


@pytest.mark.slow
def test_voices_in_the_film_are_told_from_others_in_the_list(server: StandIn, tmp_path: Path) -> None:
    with_sound(tmp_path, tone(1.0))
    board = sound_project(tmp_path, shot=", sound: voice")
    with runway(server) as provider:
        generate(board, provider=provider)
    [voice] = list_takes(board).in_film.values()
    assert voice.label == "Shot a voice 1"
