"""Sounds that are bought, as a storyboard says them: what each may say, and what is refused, with line and field."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard

HEAD = """\
stitcher: 1
voices: {keeper: Bernard, pilot: {preset: Maya, model: eleven_v4, language: en}}
shots:
  - {id: pier, clip: pier.mp4}
  - {id: storm, prompt: waves}
  - {id: card, title: {text: End, duration: 2s}}
  - {id: fast, clip: pier.mp4, speed: 2}
sound:
"""


def board(*cues: str) -> Storyboard:
    return parse(HEAD + "".join(f"  - {{role: effects, {cue}}}\n" for cue in cues), path="/p/board.yaml")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("speech: Go home., voice: keeper", "speech"),
        ("effect: a bang, duration: 1.5s, loop: true", "effect"),
        ("effect: a bang, duration: 3", "effect"),
        ("picture: {shot: storm}, prompt: rain", "picture"),
        ("picture: pier.mp4", "picture"),
        ("isolate: talk.wav", "isolate"),
        ("isolate: {shot: pier}", "isolate"),
        ("dub: {sound: other}, into: de", "dub"),
    ],
)
def test_a_sound_says_what_it_is_made_of(said: str, kind: str) -> None:
    found = board("name: other, file: x.wav", f"name: new, generate: {{{said}}}").sound[1].generate
    assert found is not None
    assert found.kind == kind


def test_a_duration_is_exact() -> None:
    asked = board("name: new, generate: {effect: a bang, duration: 0.7}").sound[0].generate
    assert asked is not None
    assert asked.duration == Fraction(7, 10)


def test_a_line_that_is_shown_need_not_be_written_twice() -> None:
    cue = board("name: new, text: Go home., generate: {voice: keeper}").sound[0]
    assert cue.words == "Go home."


def test_a_character_has_one_voice() -> None:
    voices = board("name: new, generate: {effect: x}").voices
    assert (voices["keeper"].preset, voices["pilot"].model) == ("Bernard", "eleven_v4")


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        ("name: new", "9:5: a sound needs a 'file', or 'generate' to buy one"),
        ("name: new, file: x.wav, generate: {effect: x}", "'file' and 'generate' both say what is heard"),
        ("generate: {effect: x}", "a sound that is bought needs a 'name'"),
        ("name: my line, generate: {effect: x}", "cannot name a sound that is bought"),
        ("name: storm, generate: {effect: x}", "the shot 'storm' has it already"),
        ("name: new, generate: {}", "it does not say what to make: write one of 'speech', 'effect'"),
        ("name: new, generate: {effect: x, dub: y.wav}", "'effect' and 'dub' are two sounds"),
        ("name: new, generate: {speech: x}", "nobody is named to say it: write 'voice'"),
        (
            "name: new, generate: {voice: keeper}",
            "nothing is said: write 'speech' in it, or 'text' beside it",
        ),
        ("name: new, generate: {effect: x, voice: keeper}", "'voice' is for 'speech', and this is 'effect'"),
        (
            "name: new, generate: {isolate: x.wav, duration: 3}",
            "'duration' is for 'effect', and this is 'isolate'",
        ),
        ("name: new, generate: {effect: x, duration: 12f}", "'duration': must be in seconds"),
        ("name: new, generate: {effect: x, duration: 0}", "'duration': must be more than 0 seconds"),
        ("name: new, generate: {dub: x.wav}", "there is no language to dub it into: write 'into'"),
        ("name: new, generate: {picture: {sound: new}}", "a sound has no picture"),
        ("name: new, generate: {picture: {shot: strom}}", "did you mean 'storm'?"),
        ("name: new, generate: {picture: {shot: card}}", "'card' is a title, of which no sound can be made"),
        ("name: new, generate: {picture: {shot: fast}}", "plays at 2 times its speed"),
        ("name: new, generate: {picture: {}}", "one of 'file', 'shot' and 'sound'; it has none"),
        ("name: new, generate: {isolate: {sound: nwe}}", "did you mean 'new'?"),
        ("name: new, generate: {isolate: {sound: new}}", "the sound 'new' is made from itself"),
        ("name: new, generate: {tts: x}", "did you mean 'speech'?"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_paragraph(cue: str, said: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        board(cue)
    [issue] = caught.value.issues
    assert said in str(issue)
    assert issue.line == 9


def test_two_bought_sounds_have_two_names() -> None:
    with pytest.raises(StoryboardError, match="sound 1 has it already"):
        board("name: new, generate: {effect: x}", "name: New, generate: {effect: y}")


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        ("{voice: true, keep: false}", "a sound that is muted needs no voice"),
        ("{voice: true, stream: 2}", "the stream players play"),
    ],
)
def test_a_voice_is_taken_out_of_what_is_heard(sound: str, said: str) -> None:
    with pytest.raises(StoryboardError, match=said):
        parse(f"stitcher: 1\nshots:\n  - {{id: a, clip: a.mp4, sound: {sound}}}\n")


def test_a_shot_may_be_heard_by_its_voice_alone() -> None:
    own = parse("stitcher: 1\nshots:\n  - {id: a, clip: a.mp4, sound: voice}\n").shots[0].sound
    assert own is not None
    assert (own.voice, own.keep) == (True, True)
