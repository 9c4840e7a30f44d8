#!/usr/bin/env bash
# Expected: a loudness meter says of digital silence that it is very quiet, as ebur128 does of silence at the beginning.
# Seen:     silence behind a loud passage can read `nan`: the windows are running sums in floating point, and what is left
#           over when the loud blocks are taken out again is less than nothing. The integrated loudness stays right.
# So:       stitcher takes a reading that is no number for silence.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -hide_banner -v error -f lavfi -i "aevalsrc=if(lt(t\,4)\,0.5*sin(2764*t)\,0):d=10:s=48000" \
    -af "ebur128=metadata=1,ametadata=print:file=log" -f null -
"$ffmpeg" -hide_banner -v error -f lavfi -i "aevalsrc=0:d=10:s=48000" \
    -af "ebur128=metadata=1,ametadata=print:file=silent" -f null -
nans=$(grep -c '=nan' log || true)
integrated=$(grep -o 'r128.I=.*' log | tail -n 1)
echo "readings that are no number: $nans behind 4 s of tone, $(grep -c '=nan' silent || true) in silence alone; $integrated"
[ "$nans" -gt 0 ] && ! grep -q '=nan' silent && [ "${integrated#*=-}" != nan ]
