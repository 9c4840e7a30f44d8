#!/usr/bin/env bash
# Expected: a slide from one plain grey to a lighter one shows these two greys and nothing darker.
# Seen:     the first frame of slideleft, slideup, revealleft and revealup has a line or column of luma 0: what is read
#           lies one line beside the picture. Later frames, and the slides the other way, are right.
# So:       stitcher shows the earlier picture alone in that frame of these four.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
darkest() { # of the first frame of a blend of two greys
    "$ffmpeg" -v error -f lavfi -i color=0x646464:s=64x48:r=24:d=1,format=yuv420p -f lavfi -i color=0x969696:s=64x48:r=24:d=1,format=yuv420p \
        -filter_complex "xfade=transition=$1:duration=0.5:offset=0.25,format=yuv420p,select=eq(n\\,6),extractplanes=y" -frames:v 1 -f rawvideo - |
        od -An -v -tu1 -w1 | sort -n | sed -n 1p | tr -d ' '
}
changed=0
for kind in slideleft slideup revealleft revealup slideright slidedown fade; do
    seen=$(darkest "$kind")
    echo "$kind: darkest luma $seen"
    case $kind in
        slideright | slidedown | fade) [ "$seen" -gt 90 ] || changed=1 ;;
        *) [ "$seen" -eq 0 ] || changed=1 ;;
    esac
done
exit "$changed"
