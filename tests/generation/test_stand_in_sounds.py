"""Made-up sounds: as long as told, the same for the same words, and to be heard."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from stitcher.generation.stand_in_sounds import hum, noise_like, speech_like
from stitcher.standin.rules import Refusal, check_body

MAKERS = (speech_like, noise_like, hum)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("samples", [1, 100, 48_001])
def test_a_sound_is_as_long_as_told_and_the_same_again(
    make: Callable[[str, int], np.ndarray], samples: int
) -> None:
    made = make("Go home.", samples)
    assert made.shape == (samples,)
    assert np.abs(made).max() <= 0.2 + 1e-6
    assert (made == make("Go home.", samples)).all()


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_other_words_sound_otherwise(make: Callable[[str, int], np.ndarray]) -> None:
    assert (make("Go home.", 48_000) != make("Stay here.", 48_000)).any()


def test_speech_rests_where_its_words_do() -> None:
    made = speech_like("aaaaaa, aaaaaa", 13_000)
    pause = np.abs(made).reshape(-1, 100).max(axis=1)
    assert (pause[62:72] == 0).any()
    assert (pause > 0.05).sum() > 60


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
    [
        ("text_to_speech", {"voice": {"type": "runway-preset", "presetId": "Nobody"}}, ("voice", "presetId")),
        (
            "text_to_speech",
            {"voice": {"type": "runway-preset", "presetId": "Maya", "speed": 2}},
            ("voice", "speed"),
        ),
        ("text_to_speech", {"promptText": "x" * 1001}, ("promptText",)),
        ("text_to_speech", {"languageCode": "de"}, ("languageCode",)),
        ("sound_effect", {"duration": 0.4}, ("duration",)),
        ("sound_effect", {"duration": "3"}, ("duration",)),
        ("voice_dubbing", {"targetLang": "is"}, ("targetLang",)),
        ("voice_isolation", {"duration": 3}, ("duration",)),
    ],
)
def test_the_stand_in_refuses_what_the_service_would(
    endpoint: str, body: dict[str, object], field: tuple[str, ...]
) -> None:
    right: dict[str, dict[str, object]] = {
        "text_to_speech": {
            "model": "eleven_multilingual_v2",
            "promptText": "x",
            "voice": {"type": "runway-preset", "presetId": "Maya"},
        },
        "sound_effect": {"model": "eleven_text_to_sound_v2", "promptText": "x"},
        "voice_dubbing": {
            "model": "eleven_voice_dubbing",
            "audioUri": "runway://talk",
            "targetLang": "de",
        },
        "voice_isolation": {"model": "eleven_voice_isolation", "audioUri": "runway://talk"},
    }
    check_body(endpoint, right[endpoint])
    with pytest.raises(Refusal) as caught:
        check_body(endpoint, right[endpoint] | body)
    assert field in [issue.path for issue in caught.value.issues]
