"""What one cue may not say of itself."""

from __future__ import annotations

import pytest

from tests.storyboard.texts import SHOTS, only_issue


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
