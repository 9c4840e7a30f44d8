"""What one cue may not say of itself."""

from __future__ import annotations

import pytest

from tests.storyboard.texts import SHOTS, only_issue


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        pytest.param("at: 1s, from: a", "'at' and 'from'", id="two beginnings"),
        pytest.param("to: b, length: 2s", "'to' and 'length'", id="two ends"),
        pytest.param("loop: true, to: b, fit: trim", "'loop' and 'fit: trim'", id="loop that is trimmed"),
        pytest.param("fit: stretch", "nothing to fit into", id="fit into nothing"),
        pytest.param("crossfade: 1s", "only a loop crosses", id="crossfade without a loop"),
        pytest.param("to: b, fit: stretch, pivot: 1s", "has its moments elsewhere", id="pivot of a stretch"),
        pytest.param("pivot: beat", "or onset for the first", id="no pivot"),
        pytest.param("from: b, to: a", "'a' comes before 'b'", id="backwards"),
        pytest.param("at: 12", "12 has no unit", id="bare number"),
        pytest.param("at: '?'", "neither a time", id="no anchor"),
        pytest.param("gain: 99", "24 or less", id="too loud"),
        pytest.param("gain: .inf", "must be a number", id="infinitely loud"),
        pytest.param("gain: 1e999", "must be a number", id="a number too large to be one"),
        pytest.param("duck: {mode: sidechain, hold: 1s}", "holds nothing", id="a sidechain that holds"),
        pytest.param(
            "duck: [{mode: sidechain}, {mode: sidechain}]", "can be a sidechain", id="two sidechains"
        ),
        pytest.param("duck: {by: 0}", "more than 0", id="duck by nothing"),
    ],
)
def test_cues_that_contradict_themselves_are_refused(cue: str, said: str) -> None:
    assert said in only_issue(f"{SHOTS}sound: [{{role: music, file: a.wav, {cue}}}]\n")
