"""Whether a bought line came about as long as was to be expected. Pure."""

from __future__ import annotations

from stitcher.generation.sound_requests import spoken_language
from stitcher.generation.sound_wishes import sound_wishes
from stitcher.generation.take import Take
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.speech_length import speech_length

_FAR = 1.5
"""Of twenty lines one is longer or shorter than is likely: told is what is so by half as much again."""


def unexpected_length(board: Storyboard, take: Take) -> str:
    """What a report must say of a line that came far longer or shorter than its words take; empty for any other take.

    What is asked for with a length and comes otherwise is held.
    """
    wish = next((wish for wish in sound_wishes(board) if wish.is_of(take)), None)
    # Of a line that an earlier run asked for, the storyboard may say other words by now.
    if wish is None or wish.asked.kind != "speech" or wish.words != take.body.get("promptText"):
        return ""
    likely = speech_length(wish.words or "", spoken_language(board, wish))
    came = take.frames or 0
    if not came or likely.least / _FAR <= came <= likely.most * _FAR:
        return ""
    than = "longer" if came > likely.most else "shorter"
    return (
        f"{take.label} is {came / SAMPLE_RATE:.1f}s long, far {than} than expected: its words take {likely}. "
        "It is taken as it came; listen to it."
    )
