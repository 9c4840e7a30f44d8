#!/usr/bin/env bash
# Expected: a reader of REAPER projects takes lines apart where the file does: at LF and CR LF.
# Seen:     the rpp package uses Python's str.splitlines, so a track called with one of the other seven line ends of
#           Unicode in its quotes (U+2028 from pasted text, U+0085) is "closing quote not found", and the project unread.
# So:       stitcher writes names of REAPER projects with such characters as spaces.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rpp==0.5
venv/bin/python - <<'PYTHON'
from importlib.metadata import version

import rpp

print("rpp", version("rpp"))
PROJECT = '<REAPER_PROJECT 0.1 "7.0/linux-x86_64" 1\n  <TRACK\n    NAME "{}"\n  >\n>\n'
assert rpp.loads(PROJECT.format("plain name")).children[0].children == [["NAME", "plain name"]]
refused = []
for code in (0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029):
    try:
        rpp.loads(PROJECT.format(f"first{chr(code)}second"))
    except ValueError as exc:
        refused.append(code)
        print(f"U+{code:04X} in a name: {exc}")
assert 0x2028 in refused and 0x85 in refused, refused
PYTHON
