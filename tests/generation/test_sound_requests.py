"""Requests for sounds: every body as the official SDK's types have it, its price, and what is refused before paying."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.generation.estimate import estimate
from stitcher.generation.models import Model, Models, load_models
from stitcher.generation.preflight import ProbedFiles, preflight
from stitcher.generation.prices import Price
from stitcher.generation.provider import Asset
from stitcher.generation.request import Slot
from stitcher.generation.retake_scope import Scope
from stitcher.generation.sound_requests import (
    MAKING,
    sent_seconds,
    sound_fields,
    sound_model,
    sound_price,
    sound_request,
    source_seconds,
)
from stitcher.generation.sound_wishes import SoundWish, sound_wishes
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.media_index import MediaIndex
from tests.factories import make_sound
from tests.generation.boards import make_board, make_clip
from tests.standin.sdk_fields import sdk_fields

SDK = sdk_fields()
SOUND_MODELS = [model for model in load_models(environ={}).known.values() if model.makes in MAKING.values()]
SHOTS = "  - {id: a, prompt: x, duration: 5}\n  - {id: b, clip: b.mp4}\n  - {id: c, clip: c.mp4}\n"
KINDS = {
    "speech": "speech: Go home., voice: keeper, language: en",
    "effect": "effect: a bang, duration: 1.5, loop: true",
    "picture": "picture: {shot: a}, prompt: rain",
    "isolate": "isolate: talk.wav",
    "dub": "dub: talk.wav, into: pt-BR",
}
HEAD = 'format: {ratio: "1280:720", fps: 24}\nvoices: {keeper: Bernard, pilot: {preset: Maya, model: eleven_v4}}\n'


def sounds(*cues: str, head: str = HEAD) -> Storyboard:
    listed = "".join(f"  - {{role: dialogue, name: s{number}, {cue}}}\n" for number, cue in enumerate(cues))
    return make_board(f"{SHOTS}sound:\n{listed}", head)


def wishes(*cues: str, head: str = HEAD) -> tuple[Storyboard, tuple[SoundWish, ...]]:
    board = sounds(*cues, head=head)
    return board, sound_wishes(board)


def sent(cue: str, *, head: str = HEAD, models: Models) -> dict[str, Any]:
    board, [wish] = wishes(f"at: b, generate: {{{cue}}}", head=head)
    model = sound_model(board, wish, models)
    source = None
    if wish.asked.source is not None:
        source = Asset(Path("/project/talk.flac"), "ab" * 32, "audio/flac", "runway://talk")
    request = sound_request(
        board,
        wish,
        Slot("s0", purpose="sound"),
        model,
        source,
        seconds=Fraction(121, 24),
        origin_sha256="cd" * 32,
    )
    assert request.submission.endpoint == model.endpoint
    return request.submission.wire()


@pytest.mark.parametrize("model", SOUND_MODELS, ids=lambda model: model.name)
def test_a_body_is_just_what_the_sdk_has_types_for(model: Model, models: Models) -> None:
    kind = next(kind for kind, makes in MAKING.items() if makes == model.makes)
    cue = KINDS[kind].replace(", language: en", "" if model.languages is None else ", language: en")
    body = sent(f"{cue}, model: {model.name}{', seed: 7' if model.seed else ''}", models=models)
    fields = SDK[model.endpoint, model.name]
    assert fields.required <= body.keys() <= fields.all


@pytest.mark.parametrize(
    ("cue", "body"),
    [
        (
            "speech: Go home., voice: keeper",
            {
                "model": "eleven_multilingual_v2",
                "promptText": "Go home.",
                "voice": {"type": "runway-preset", "presetId": "Bernard"},
            },
        ),
        (
            "speech: Go home., voice: pilot, language: pt-BR, seed: 7",
            {
                "model": "eleven_v4",
                "promptText": "Go home.",
                "voice": {"type": "runway-preset", "presetId": "Maya"},
                "languageCode": "pt",
                "seed": 7,
            },
        ),
        (
            KINDS["effect"],
            {"model": "eleven_text_to_sound_v2", "promptText": "a bang", "duration": 1.5, "loop": True},
        ),
        ("effect: a bang", {"model": "eleven_text_to_sound_v2", "promptText": "a bang"}),
        (
            KINDS["picture"],
            {
                "model": "mirelo_sfx_2_0",
                "videoUri": "runway://talk",
                "duration": 5.041667,
                "promptText": "rain",
                "format": "wav",
            },
        ),
        (KINDS["isolate"], {"model": "eleven_voice_isolation", "audioUri": "runway://talk"}),
        (KINDS["dub"], {"model": "eleven_voice_dubbing", "audioUri": "runway://talk", "targetLang": "pt"}),
    ],
)
def test_a_sound_is_asked_for_in_the_services_words(cue: str, body: dict[str, Any], models: Models) -> None:
    assert sent(cue, models=models) == body


@pytest.mark.parametrize(
    ("cue", "length", "paid"),
    [
        (f"speech: {'x' * 50}, voice: keeper", None, 1),
        (f"speech: {'x' * 51}, voice: keeper", None, 2),
        (f"speech: '{'🌊' * 26}', voice: keeper", None, 2),
        ("effect: a bang, duration: 0.5", None, 1),
        ("effect: a bang, duration: 2.2", None, 3),
        ("effect: a bang", None, 2),
        ("picture: {shot: a}", "5.041667", 6),
        ("isolate: talk.wav", "6", 1),
        ("isolate: talk.wav", "6.01", 2),
        ("dub: talk.wav, into: de", "6", 3),
        ("dub: talk.wav, into: de", "6.01", 4),
    ],
)
def test_what_is_begun_is_paid_for(cue: str, length: str | None, paid: int, models: Models) -> None:
    board, [wish] = wishes(f"at: b, generate: {{{cue}}}")
    seconds = None if length is None else Fraction(length)
    assert sound_price(board, wish, sound_model(board, wish, models), seconds) == Price(paid, paid)


def test_a_price_that_goes_by_a_length_nobody_knows_is_said_to_be_missing(models: Models) -> None:
    scope = Scope(shots=frozenset({"s0"}))
    priced = estimate(sounds("at: b, generate: {picture: {shot: c}}"), models, (), scope)
    assert (priced.lines, priced.unpriced) == (
        (),
        ("sound s0: the length of what it is made from is not known yet",),
    )


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (("at: b", "at: b+1s", "at: b+2s"), {"previousText": "Line 0", "nextText": "Line 2"}),
        (("at: a", "from: b", "at: c"), {"previousText": "Line 0", "nextText": "Line 2"}),
        (("at: 0s", "at: 5s", "at: 9s"), {"previousText": "Line 0", "nextText": "Line 2"}),
        (("at: a", "at: c", "at: c+2s"), {"nextText": "Line 2"}),
    ],
    ids=["one shot", "neighbouring shots", "times of the film", "another scene"],
)
def test_a_line_leads_over_to_those_of_its_voice_in_its_scene(
    places: tuple[str, ...], told: dict[str, str], models: Models
) -> None:
    cues = [f"{place}, generate: {{speech: Line {n}, voice: pilot}}" for n, place in enumerate(places)]
    board, made = wishes(*cues, f"at: {places[1].split()[-1]}, generate: {{speech: Other, voice: keeper}}")
    fields = sound_fields(board, made[1], models.get("eleven_v4"))
    assert {key: fields[key] for key in ("previousText", "nextText") if key in fields} == told


@pytest.mark.parametrize(
    ("said", "language"), [("language: de", "de"), ("", "fr")], ids=["its own", "the storyboard's"]
)
def test_a_voice_speaks_its_language(said: str, language: str, models: Models) -> None:
    board, [wish] = wishes(
        f"at: b, generate: {{speech: Go, voice: pilot{', ' + said if said else ''}}}",
        head=f"{HEAD}language: fr-CA\n",
    )
    assert sound_fields(board, wish, models.get("eleven_v4"))["languageCode"] == language


def test_what_is_too_short_for_a_model_is_sent_with_silence_behind_it(models: Models) -> None:
    model = models.get("eleven_voice_isolation")
    assert sent_seconds(model, Fraction(4)) == Fraction("4.7")
    assert sent_seconds(model, Fraction(5)) == 5
    assert sent_seconds(models.get("eleven_voice_dubbing"), Fraction(1)) == 1


@pytest.mark.parametrize(
    ("cue", "seconds"),
    [
        ("picture: {shot: a}", Fraction(121, 24)),
        ("picture: {shot: b}", Fraction(49, 24)),
        ("picture: b.mp4", Fraction(49, 24)),
        ("isolate: talk.wav", Fraction(6)),
        ("isolate: {sound: s0}", Fraction(7)),
        ("dub: {sound: s1}, into: de", Fraction(3)),
    ],
    ids=[
        "a take to be made",
        "a shot's clip",
        "a clip",
        "a sound",
        "a sound of the storyboard",
        "one to be bought",
    ],
)
def test_how_long_it_is_what_a_sound_is_made_from(cue: str, seconds: Fraction, models: Models) -> None:
    board, made = wishes(
        "at: b, file: other.wav", "at: b, generate: {effect: x, duration: 3}", f"at: b, generate: {{{cue}}}"
    )
    files = {"talk.wav": 6, "other.wav": 7}
    media = MediaIndex(
        clips={Path("/project/b.mp4"): make_clip("b.mp4", frames=49)},
        sounds={
            Path("/project", name): make_sound(path=f"/project/{name}", duration=n)
            for name, n in files.items()
        },
    )
    assert source_seconds(board, made[-1], models, (), media) == seconds


@pytest.mark.parametrize(
    ("cue", "where", "said"),
    [
        (
            "speech: Go, voice: Bernhard",
            "voice",
            "'Bernhard' is neither under 'voices' nor a voice of eleven_",
        ),
        ("speech: Go, voice: keper", "voice", "did you mean 'keeper'?"),
        (
            f"speech: {'x' * 1001}, voice: keeper",
            "speech",
            "it has 1001 characters, 1 more than eleven_",
        ),
        ("speech: ' ', voice: keeper", "speech", "needs something to say"),
        ("speech: '...', voice: keeper", "speech", "there is nothing in '...' that can be said"),
        ("speech: 🙂🙃, voice: keeper", "speech", "that can be said: write letters or figures"),
        (
            "speech: Go, voice: keeper, language: de",
            "language",
            "is not told a language, it goes by the words",
        ),
        ("speech: Go, voice: pilot, language: fil", "language", "by two letters"),
        ("speech: Go, voice: keeper, seed: 3", "seed", "takes no seed"),
        (
            "speech: Go, voice: keeper, model: gen4_turbo",
            "model",
            "a picture or a prompt, not speech",
        ),
        ("speech: Go, voice: keeper, model: eleven_v5", "model", "eleven_v"),
        (
            "effect: x, duration: 0.4",
            "duration",
            "makes sounds of at least 0.5 s and at most 30 s, not of 0.4 s",
        ),
        ("effect: x, duration: 31", "duration", "not of 31 s"),
        (f"effect: {'x' * 3001}", "effect", "3001 characters"),
        ("dub: talk.wav, into: is", "into", "does not speak 'is'; it speaks en, hi, pt"),
        ("isolate: long.wav", "isolate", "takes sounds of less than 3600 s, and this has 3600 s: cut it"),
        ("isolate: {shot: b}", "isolate", "the shot 'b' has no sound to make it from"),
        ("picture: big.mp4", "picture", "is over 200 MB"),
    ],
)
def test_what_a_model_would_refuse_is_refused_before_anything_is_paid(
    cue: str, where: str, said: str, models: Models
) -> None:
    board = sounds(f"at: b, generate: {{{cue}}}")
    clips = {Path("/project/b.mp4"): make_clip("b.mp4")}
    clips[Path("/project/big.mp4")] = replace(make_clip("big.mp4"), size=300 * 1024 * 1024)
    media = MediaIndex(
        clips=clips,
        sounds={
            Path("/project/talk.wav"): make_sound(path="/project/talk.wav", duration=6),
            Path("/project/long.wav"): make_sound(path="/project/long.wav", duration=3600),
        },
    )
    [issue] = preflight(board, models, ProbedFiles(media=media), shots=["s0"]).issues
    assert said in issue.message
    assert "the sound 's0': " in issue.message
    assert (issue.line, issue.location[-1]) == (10, where)


def test_a_voice_that_does_not_exist_is_refused_where_it_is_named(models: Models) -> None:
    board = sounds("at: b, generate: {speech: Go, voice: keeper}", head=HEAD.replace("Bernard", "Bernhard"))
    [issue] = preflight(board, models, shots=["s0"]).issues
    assert issue.location == ("voices", "keeper", "preset")
    assert "has no voice 'Bernhard': did you mean 'Bernard'?" in issue.message
