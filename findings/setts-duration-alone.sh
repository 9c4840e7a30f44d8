#!/usr/bin/env bash
# Expected: the setts bitstream filter changes what it is told to change; told `duration`, the time stamps stay.
# Seen:     presentation and decoding times then run at one fixed distance, as if no picture had been reordered; a stream
#           with B-frames is broken. `pts=PTS:dts=DTS:duration=…` keeps them.
# So:       test material of stitcher whose last picture is held names all three.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 48 -c:v libx264 -preset medium -bf 2 a.mp4
spread() { # by how much presentation runs ahead of decoding, over the packets: each amount once, in ticks
  "$ffmpeg" -v error -y -i a.mp4 -c copy -bsf:v "setts=$1" -f framecrc packets
  awk -F', *' '!/^#/ {print $3 - $2}' packets | sort -n | uniq | paste -sd' '
}
both=$(spread "pts=PTS:dts=DTS:duration=DURATION")
alone=$(spread "duration=DURATION")
echo "told all three: ${both}; told the duration alone: ${alone}"
[ "$(wc -w <<<"$both")" -gt 1 ] && [ "$(wc -w <<<"$alone")" = 1 ]
