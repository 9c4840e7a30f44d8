#!/usr/bin/env bash
# Expected: Ogg Vorbis is decoded to as many samples as were encoded, by the position its last page states, at any length.
# Seen:     a sound of less than about a second, whose packets share one page, comes out of FFmpeg 128 samples short, the
#           end cut off: its clock begins 128 too late and the end is trimmed by it. Longer ones are whole, and libsndfile
#           reads the short ones whole. A loop of such a sound drifts by 2.7 ms each time round.
# So:       stitcher loops by the length a file declares, not by what was decoded.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 soundfile==0.13.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
result=0
for samples in 20000 43201 50000 96000; do
    "$ffmpeg" -y -v error -f lavfi -i "aevalsrc=0.3*sin(2*PI*440*t):s=48000" -af "atrim=end_sample=$samples" \
        -c:a libvorbis tone.ogg
    decoded=$(($("$ffmpeg" -v error -i tone.ogg -f s16le -ac 1 - | wc -c) / 2))
    other=$(venv/bin/python -c 'import soundfile; print(len(soundfile.read("tone.ogg")[0]))')
    echo "$samples samples in: FFmpeg gives $decoded, libsndfile $other"
    missing=0
    if [ "$samples" -lt 48001 ]; then missing=128; fi
    if [ "$decoded" -ne "$((samples - missing))" ] || [ "$other" -ne "$samples" ]; then result=1; fi
done
exit "$result"
