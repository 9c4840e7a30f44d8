#!/usr/bin/env bash
# Expected: a filter that cannot keep an alpha channel lays the picture over black, or says so.
# Seen:     framerate takes yuva420p, gives yuv420p, and what is wholly transparent shows the colour that lies under it.
# So:       stitcher lays pictures over black before it blends rates.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -hide_banner -f lavfi -i "color=white@0.0:s=64x64:r=24,format=yuva420p" -vf "framerate=fps=30,showinfo" -frames:v 2 -f null - >log 2>&1
format=$(grep -o 'fmt:[a-z0-9]*' log | tail -n 1)
"$ffmpeg" -v error -f lavfi -i "color=white@0.0:s=64x64:r=24,format=yuva420p" -vf framerate=fps=30 -frames:v 2 -pix_fmt gray -f rawvideo a.gray
level=$(od -An -tu1 -N1 a.gray | tr -d ' ')
echo "wholly transparent white comes out as ${format}, level ${level}; warnings: $(grep -ci 'alpha\|transparen' log || true)"
[ "$format" = fmt:yuv420p ] && [ "$level" -gt 200 ]
