#!/usr/bin/env bash
# Expected: sound of one rate joined by the concat filter keeps its clock of samples, so that `asetpts=N`, which numbers
#           samples and is used to close gaps, changes nothing.
# Seen:     concat always puts out a clock of microseconds, for sound too: time stamps are rounded (1024 samples are 21333),
#           and behind it the same `asetpts=N` says that two seconds last 0.096.
# So:       stitcher sets the clock (`asettb`) behind each join before it counts samples.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
stamps() {
    "$ffmpeg" -hide_banner -filter_complex "sine=d=1:r=48000[a];sine=d=1:r=48000[b];[a][b]concat=n=2:v=0:a=1$1,ashowinfo" \
        -f null - 2>&1 | sed -n 's/.* n:\([0-9]*\) pts:\([0-9]*\) pts_time:\([0-9.]*\).*/\1 \2 \3/p'
}
second=$(stamps "" | sed -n 2p)
numbered=$(stamps ",asetpts=N" | tail -n 1)
mended=$(stamps ",asettb=1/48000,asetpts=N" | tail -n 1)
echo "second frame after concat (number, pts, seconds): $second"
echo "last frame with asetpts=N: $numbered; with asettb=1/48000 before it: $mended"
case "$second" in "1 21333 "*) ;; *) exit 1 ;; esac
case "$numbered" in *" 0.095104") ;; *) exit 1 ;; esac
case "$mended" in *" 1.98133"*) ;; *) exit 1 ;; esac
