#!/usr/bin/env bash
# Expected: bwdif=mode=send_frame, one picture out for one in, leaves the time base as it is.
# Seen:     the time base of its output is half the input's (it always leaves room for fields), so an expression behind it
#           that counts in the file's own ticks is off by a factor of two.
# So:       stitcher re-stamps pictures before they are deinterlaced.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
clock() { # the time base behind a filter
  "$ffmpeg" -hide_banner -f lavfi -i testsrc2=s=320x180:r=25 -frames:v 3 -vf "$1,showinfo" -f null - 2>&1 |
    sed -n 's/.*config in time_base: \([0-9/]*\),.*/\1/p' | head -n 1
}
echo "time base: $(clock null) without, $(clock bwdif=mode=send_frame) behind bwdif=mode=send_frame"
[ "$(clock null)" = 1/25 ] && [ "$(clock bwdif=mode=send_frame)" = 1/50 ]
