"""Plausible mistakes, and the hint each of them gets."""

from __future__ import annotations

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import parse
from stitcher.storyboard.suggest import nearest

KINDS = {"fade", "fadeblack", "wipeleft", "wipeup", "slideleft", "pixelize"}
CLIP = "shots: [{{id: a, clip: a.mp4, {0}}}]"
TAKE = "shots: [{{id: a, prompt: x, {0}}}]"
CARD = "shots: [{{id: a, title: {{text: x, duration: 3s, {0}}}}}]"
JOIN = "shots: [{{id: a, clip: a.mp4}}, {{id: b, clip: b.mp4, transition: {0}}}]"
BOARD = "shots: [{{id: a, clip: a.mp4}}]\n{0}"
SOUND = "shots: [{{id: a, clip: a.mp4}}]\nsound: [{{role: music, file: m.wav, {0}}}]"
ROLE = "shots: [{{id: a, clip: a.mp4}}]\nsound: [{{role: {0}, file: m.wav}}]"
DELIVERY = "shots: [{{id: a, clip: a.mp4}}]\ndeliver: [{{{0}}}]"

HINTS = [
    (CARD, "position: bottom-center", "write bottom"),
    (CARD, "position: upper_left", "write top-left"),
    (CARD, "position: nowhere", "bottom-right, or a point {x: 0.5, y: 0.5}"),
    (CARD, "position: {x: 2, y: 0}", "shares of it, 0 to 1"),
    (CARD, "align: center", "'centre'"),
    (CARD, "letter_spacing: 1", "'tracking'"),
    (CARD, "stroke: black", "'outline'"),
    (CARD, "font_family: Noto Sans", "'font'"),
    (CARD, "shadow: {radius: 1}", "'blur'"),
    (CLIP, "crop: true", "a mapping with left, right, top, bottom"),
    (CLIP, "pad: true", "'fit: pad'"),
    (CLIP, "mute: true", "'sound: mute'"),
    (CLIP, "dissolve: 1s", "'transition: dissolve'"),
    (CLIP, "fade: 1s", "'fade_in'"),
    (CLIP, "end: 1s", "'out'"),
    (CLIP, "length: 5s", "from 'in' and 'out'"),
    (CLIP, "trim: 5s", "from 'in' and 'out'"),
    (CLIP, "duration: 5", "from 'in' and 'out'"),
    (CLIP, "audio: mute", "'sound'"),
    (CLIP, "volume: -3", "'sound', as 'gain' in decibels"),
    (CLIP, "gain: -3", "'sound', as 'gain' in decibels"),
    (CLIP, "text: x", "'overlays'"),
    (CLIP, "subtitle: x", "'overlays'"),
    (CLIP, "caption: x", "'overlays'"),
    (CLIP, "lut: a.cube", "'grade'"),
    (CLIP, "exposure: 1", "'grade'"),
    (CLIP, "grade: {kelvin: 5000}", "'temperature'"),
    (CLIP, "angle: 2", "'rotate'"),
    (CLIP, "backwards: true", "'reverse'"),
    (CLIP, "freeze: 2s", "a mapping with at, duration"),
    (CLIP, "freeze: {at: 2s}", "'duration'"),
    (CLIP, "freeze: {at: 2s, duration: 0s}", "a freeze of no length is none"),
    (CLIP, "reverse: true, sound: voice", "a voice alone is not heard backwards"),
    (CLIP, "crop: {left: 1.5}", "a share below 1, such as 0.1, or whole pixels, such as 120"),
    (CLIP, "crop: {left: 0.5, right: 0.6}", "'left' and 'right' leave nothing"),
    (CLIP, "crop: {}", "needs a 'left'"),
    (CLIP, "fps: 24", "the storyboard's 'format'"),
    (CLIP, "ratio: 1280x720", "the storyboard's 'format'"),
    (CLIP, "transitions: cut", "'transition'"),
    (CLIP, "effect: MirrorX", "'effects'"),
    (CLIP, "fit: stretch", "'crop'"),
    (CLIP, "fit: letterbox", "'pad'"),
    (CLIP, "fit: blurr", "'blur'"),
    (CLIP, "sound: off", "'mute'"),
    (CLIP, "speed: 2x", "write 2."),
    (CLIP, "speed: 50%", "write 0.5."),
    (CLIP, "in: 12", "12s for seconds or 12f for frames"),
    (CLIP, "in: 0.5", "0.5s for seconds; frames are whole, such as 12f"),
    (CLIP, "in: -1", "count from 0 on"),
    (CLIP, "in: -1s", "count from 0 on"),
    (CLIP, "in: 500ms", "write 0.5s"),
    (CLIP, "in: 2 seconds", "write 2s"),
    (CLIP, "in: '1,5s'", "write 1.5s"),
    (CLIP, "in: 1min", "write 60s"),
    (CLIP, "in: '1:30'", "write 90s"),
    (CLIP, "in: '0:01:30.5'", "write 90.5s"),
    (CLIP, "in: soon", "write frames (12f), seconds (1.5s) or a timecode"),
    ("shots: [{{id: a, {0}}}]", "file: a.mp4", "'clip'"),
    ("shots: [{{id: a, {0}}}]", "video: a.mp4", "'clip'"),
    ("shots: [{{clip: a.mp4, {0}}}]", "name: a", "'id'"),
    (TAKE, "seconds: 5", "'duration'"),
    (TAKE, "image: a.png", "'start'"),
    (TAKE, "start_image: a.png", "'start'"),
    (TAKE, "take: 3", "'takes'"),
    (CARD, "color: red", "'colour'"),
    ("shots: [{{id: a, title: {{text: x, {0}}}}}]", "length: 3s", "'duration'"),
    (JOIN, "disolve", "'dissolve'"),
    (JOIN, "crossfade", "'dissolve'"),
    (JOIN, "xfade", "'dissolve'"),
    (JOIN, "none", "'cut'"),
    (JOIN, "wipe", "'wipeleft'"),
    (JOIN, "fadeblak", "'fadeblack'"),
    (JOIN, "{kind: dissolve, length: 1s}", "'duration'"),
    (JOIN, "{type: dissolve}", "'kind'"),
    (BOARD, "fps: 24", "under 'format'"),
    (BOARD, "size: 1280x720", "under 'format'"),
    (BOARD, "resolution: 1280x720", "under 'format'"),
    (BOARD, "music: a.wav", "under 'sound', with 'role: music'"),
    (BOARD, "transition: cut", "on a shot or under 'defaults'"),
    (BOARD, "model: gen4_turbo", "under 'defaults'"),
    (BOARD, "preset: draft", "under 'deliver', each with a 'preset' and a 'file'"),
    (BOARD, "deliveries: []", "'deliver'"),
    (BOARD, "name: x", "'title'"),
    (BOARD, "titel: x", "'title'"),
    (BOARD, "format: {rate: 24}", "'fps'"),
    (BOARD, "format: {resolution: 1280x720}", "'size'"),
    (BOARD, "budget: {credit: 4}", "'credits'"),
    (BOARD, "upscale: {by: local, size: 2160p}", "'to'"),
    (BOARD, "upscale: {by: local, to: 4k}", "'2160p'"),
    (SOUND, "volume: -8", "'gain'"),
    (SOUND, "start: 1s", "'at'"),
    (SOUND, "duration: 1s", "'length'"),
    (SOUND, "fadein: 1s", "'fade_in'"),
    (SOUND, "repeat: true", "'loop'"),
    (SOUND, "gain: -8dB", "leave the unit away"),
    (ROLE, "sfx", "'effects'"),
    (ROLE, "voiceover", "'dialogue'"),
    (ROLE, "ambient", "'ambience'"),
    (DELIVERY, "preset: draft, output: x.mp4", "'file'"),
    (DELIVERY, "editor: resolv, folder: x", "there is no editor 'resolv': did you mean 'resolve'?"),
    (DELIVERY, "editor: vim, folder: x", "there is no editor 'vim'; there are avid, blender"),
]


@pytest.mark.parametrize(("frame", "mistake", "hint"), HINTS, ids=[mistake for _, mistake, _ in HINTS])
def test_a_mistake_gets_the_right_hint(frame: str, mistake: str, hint: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        parse("stitcher: 1\n" + frame.format(mistake), transitions=KINDS)
    assert any(hint in issue.message for issue in caught.value.issues), caught.value


NO_GUESS = ["negative_prompt", "references", "stabilise", "denoise"]


@pytest.mark.parametrize("key", NO_GUESS)
def test_a_word_that_is_near_none_gets_the_list_and_no_guess(key: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        parse("stitcher: 1\n" + CLIP.format(f"{key}: x"))
    (issue,) = caught.value.issues
    assert "did you mean" not in issue.message
    assert "it may have id, " in issue.message


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("crop", ["prompt"], None),
        ("gain", ["in"], None),
        ("ratio", ["duration"], None),
        ("hte", ["the"], "the"),
        ("Harbour", ["harbour"], "harbour"),
        ("youtube", ["youtube-1080p"], "youtube-1080p"),
        ("a", ["b"], None),
        ("", ["b"], None),
        ("transitoin", ["title", "transition"], "transition"),
        ("wipe", ["wideup", "wipeup"], "wipeup"),
        ("colr", ["colour", "color"], "color"),
    ],
)
def test_only_slips_of_the_pen_are_guessed_at(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found
