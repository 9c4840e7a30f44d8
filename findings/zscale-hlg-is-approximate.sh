#!/usr/bin/env bash
# Expected: zscale computes a transfer exactly; it is the careful one of ffmpeg's scalers.
# Seen:     to and from HLG it applies a quick curve to each colour by itself (`agamma`, on unless told otherwise):
#           a saturated blue comes out 33 of 1023 levels of chroma away from what the exact conversion gives.
# So:       stitcher says in its limits that saturated colours raised to HLG are approximate; exact is 16 times slower.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
chroma() { # Cb of a blue raised from linear light to HLG, 10 bits
  "$ffmpeg" -v error -y -f lavfi -i "color=black:s=64x64:r=24,format=gbrpf32le,geq=r=0.2:g=0.3:b=0.9" -frames:v 1 -vf \
    "zscale=tin=linear:t=arib-std-b67:pin=2020:p=2020:min=gbr:m=2020_ncl:rin=full:r=limited:npl=203$1,format=yuv444p10le" \
    -f rawvideo out.yuv
  od -An -tu2 -j$((64 * 64 * 2)) -N2 out.yuv | tr -d ' '
}
quick=$(chroma "") exact=$(chroma ":agamma=0")
echo "Cb of the same blue: ${quick} as it comes, ${exact} with agamma=0"
[ $((exact - quick)) -ge 10 ]
