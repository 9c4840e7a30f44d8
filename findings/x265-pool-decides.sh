#!/usr/bin/env bash
# Expected: `pools` says on how many threads x265 works; one picture at a time, it decides nothing.
# Seen:     a pool of four makes other bytes than one of one or two, and the same each time. Left alone, the pool is the
#           machine's cores.
# So:       stitcher tells x265 its pool, so that a film is the same on any machine.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
made() { # the start of the hash of what is made with a pool of this size; info=0 leaves out the note of the settings
  "$ffmpeg" -v error -f lavfi -i "testsrc2=s=320x180:r=24,rotate=a=t" -frames:v 48 -c:v libx265 -preset medium \
    -x265-params "log-level=none:info=0:frame-threads=1:pools=$1" -f md5 - | cut -c5-12
}
one=$(made 1) two=$(made 2) four=$(made 4) again=$(made 4)
echo "pools=1: ${one}, pools=2: ${two}, pools=4: ${four}, once more: ${again}"
[ "$one" = "$two" ] && [ "$one" != "$four" ] && [ "$four" = "$again" ]
