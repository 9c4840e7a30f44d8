"""Storyboards as texts, and what is said of them."""

from __future__ import annotations

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import parse

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
