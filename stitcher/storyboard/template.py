"""The template of a new storyboard, commented so that it teaches itself."""

from __future__ import annotations

import json

SCHEMA_FILE = "storyboard.schema.json"
"""Name under which the schema is written beside a new storyboard."""

_STARTER = """\
# yaml-language-server: $schema=@SCHEMA@
# A storyboard for stitcher. Paths are counted from this file's folder.
#   stitcher check storyboard.yaml     tells everything that is wrong, with line and column
#   stitcher plan storyboard.yaml      says what will be copied and what encoded, and does nothing
#   stitcher render storyboard.yaml    makes the film
stitcher: 1
title: @TITLE@

# Without a size or rate the film takes them from its clips, which must then agree.
format:
  size: 1280x720
  fps: 24

# What holds for every shot that does not say otherwise.
defaults:
  # match: a cut that drops the frame a chained shot repeats. Others: cut, dissolve, fadeblack, wipeleft, ...
  transition: match
  # crop, pad (black bars) or blur (bars of itself), for pictures of another shape.
  fit: crop

shots:
  # A card with text is a shot like any other. Times are frames (12f), seconds (1.5s) or a timecode (00:00:01:12).
  - id: opening
    title:
      text: @TITLE@
      duration: 3s
      fade_in: 12f

  # Put your clips into footage/ and name them here:
  # - id: harbour
  #   clip: footage/harbour.mp4
  #   in: 12f                # the first picture used
  #   out: 4.5s              # where it ends
  #   transition:            # how this shot comes in from the one before
  #     kind: dissolve
  #     duration: 0.5s
  #   overlays:
  #     - {text: "The harbour, 5 a.m.", at: 1s, duration: 2s, fade_in: 6f, fade_out: 6f}

  - id: end
    title:
      text: The End
      duration: 2s
      fade_out: 1s
    transition: {kind: fadeblack, duration: 1s}

# Sounds begin at the film's start, at a time, or with a shot (at: harbour+1.5s, from: harbour, to: end).
sound: []
  # - role: music            # dialogue, music, effects or ambience
  #   file: sound/score.wav
  #   gain: -8               # decibels
  #   loop: true
  #   fade_in: 1s
  #   fade_out: 2s           # ends with the film

deliver:
  - {preset: master-copy, file: out/film.mp4}
"""


def starter_storyboard(title: str, *, schema: str = SCHEMA_FILE) -> str:
    """A commented storyboard that loads and renders as it stands: two cards, no footage needed.

    `schema` is the path or address that the language server's header names.
    """
    # A JSON string is a YAML string, whatever a person calls the film.
    quoted = json.dumps(title.replace("${", "$${"), ensure_ascii=False)
    return _STARTER.replace("@SCHEMA@", schema).replace("@TITLE@", quoted)
