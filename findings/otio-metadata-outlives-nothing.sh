#!/usr/bin/env bash
# Expected: metadata taken from a clip of an OpenTimelineIO timeline can be read for as long as somebody holds it.
# Seen:     where no variable holds the timeline, in one expression already, reading it raises "Underlying C++ AnyDictionary has been destroyed".
# So:       stitcher copies what it needs of a timeline while it holds the timeline.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check opentimelineio==0.18.1
venv/bin/python - <<'P'
import opentimelineio as otio

print("OpenTimelineIO", otio.__version__)


def cut() -> otio.schema.Timeline:
    timeline = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1")
    timeline.tracks.append(track)
    track.append(otio.schema.Clip("shot", metadata={"ours": {"take": 3}}))
    return timeline


held = cut()
print("held:", held.tracks[0][0].metadata["ours"]["take"])
try:
    print("not held:", cut().tracks[0][0].metadata["ours"]["take"])
except ValueError as exc:
    print("ValueError:", exc)
    raise SystemExit(0 if "destroyed" in str(exc) else 1)
raise SystemExit(1)
P
