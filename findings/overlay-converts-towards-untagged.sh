#!/usr/bin/env bash
# Expected: a picture made in BT.709 and tagged so, laid over one that has no tags, is laid as it is.
# Seen:     format in front of overlay converts it: what has no tag counts as BT.601, so that an orange of luma 137
#           arrives as 144. Black, white and grey do not show it.
# So:       stitcher gives what is laid the tags of what it is laid over, before its first scale or format.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
luma() {
    "$ffmpeg" -v error -f lavfi -i color=black:s=32x32:d=0.1,format=yuv420p -f lavfi -i "color=0xfa781e:s=32x32:d=0.1,format=gbrap,scale=out_color_matrix=bt709:out_range=tv,format=yuva444p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709$1" \
        -filter_complex "[0]setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown[b];[1]scale,format=yuva420p[o];[b][o]overlay=format=yuv420,extractplanes=y" -frames:v 1 -f rawvideo - |
        od -An -v -tu1 -w1 | sort -n | tail -n 1 | tr -d ' '
}
tagged=$(luma "")
cured=$(luma ",setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown")
echo "tagged BT.709 over untagged: luma $tagged; with the tags of what it is laid over: $cured"
[ "$tagged" -ge 142 ] && [ "$cured" -le 139 ]
