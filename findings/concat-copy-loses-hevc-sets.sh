#!/usr/bin/env bash
# Expected: a stream-copied join of two files of one codec (concat demuxer) carries what either needs to be decoded, as
#           it does for H.264, whose parameter sets it puts in front of every key frame.
# Seen:     of two HEVC files with different parameter sets only the first one's arrive, at exit code 0 and without a
#           word; the second half cannot be decoded right.
# So:       stitcher compares the parameter sets of clips before it copies their packets side by side.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
make() { # a film of 24 pictures and of the same once more, made with these settings
  "$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 24 -c:v "$1" "${@:3}" "$2"
}
make libx264 a1.mp4 -refs 3 -crf 16
make libx264 a2.mp4 -refs 1 -bf 0 -crf 28
make libx265 h1.mp4 -x265-params log-level=none:ref=3:ctu=64
make libx265 h2.mp4 -x265-params log-level=none:ref=1:ctu=16:bframes=0
wrong() { # pictures of the second half that differ from the second file's
  printf "file '%s1.mp4'\nfile '%s2.mp4'\n" "$1" "$1" >list
  "$ffmpeg" -v error -y -f concat -i list -c copy joined.mp4
  "$ffmpeg" -v quiet -i joined.mp4 -f framemd5 - | awk -F', *' '!/^#/ {print $6}' | tail -n +25 >joined
  "$ffmpeg" -v error -i "${1}2.mp4" -f framemd5 - | awk -F', *' '!/^#/ {print $6}' >alone
  comm -13 <(sort joined) <(sort alone) | wc -l
}
h264=$(wrong a) hevc=$(wrong h)
echo "pictures of the second file that did not come out: ${h264} of 24 in H.264, ${hevc} of 24 in HEVC"
[ "$h264" = 0 ] && [ "$hevc" -gt 0 ]
