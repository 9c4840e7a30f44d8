#!/usr/bin/env bash
# Expected: an encoder given a word it does not know refuses it.
# Seen:     x265 writes matrix 0 (`gbr`) for `colormatrix=YCgCo`, the way the standard spells it; `ycgco` is 8. Players show
#           green and magenta.
# So:       stitcher gives encoders the numbers of ISO/IEC 23091-2 where they take them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
matrix() { # what the stream says of its matrix when x265 was told this word
  "$ffmpeg" -v error -y -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 2 -c:v libx265 \
    -x265-params "log-level=none:colormatrix=$1" a.hevc
  "$ffmpeg" -hide_banner -i a.hevc 2>about || true
  sed -n 's/.*yuv420p(\([^)]*\)).*/\1/p' about | head -n 1
}
large=$(matrix YCgCo) small=$(matrix ycgco)
echo "colormatrix=YCgCo is read as: ${large}; colormatrix=ycgco as: ${small}"
[[ $large == *gbr* && $small == *ycgco* ]]
