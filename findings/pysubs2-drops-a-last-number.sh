#!/usr/bin/env bash
# Expected: a line of digits is a cue's number where it stands before a time; below the words it is one of them.
# Seen:     pysubs2 takes a last line of digits for the number of the cue to come, and drops it, where none comes (the
#           last cue of an SRT) and where cues have no numbers (all cues of a WebVTT).
# So:       stitcher reads both itself, and puts a word joiner, which nobody sees, behind such a line of an SRT it writes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pysubs2==1.8.1
venv/bin/python - <<'PYTHON'
import pysubs2

print("pysubs2", pysubs2.VERSION)
SRT = """1
00:00:01,000 --> 00:00:02,000
We met in
2012

2
00:00:03,000 --> 00:00:04,000
and again in
2013
"""
VTT = """WEBVTT

00:01.000 --> 00:02.000
We met in
2012

00:03.000 --> 00:04.000
and again in
2013
"""


def read(text: str, kind: str) -> list[str]:
    return [event.plaintext for event in pysubs2.SSAFile.from_string(text, format_=kind)]


srt, vtt, joined = read(SRT, "srt"), read(VTT, "vtt"), read(SRT.replace("2013", "2013\N{WORD JOINER}"), "srt")
print("SRT:", srt, "| with a word joiner:", joined, "| WebVTT:", vtt)
raise SystemExit(
    not (
        srt == ["We met in\n2012", "and again in"]
        and joined == ["We met in\n2012", "and again in\n2013\N{WORD JOINER}"]
        and vtt == ["We met in", "and again in"]
    )
)
PYTHON
