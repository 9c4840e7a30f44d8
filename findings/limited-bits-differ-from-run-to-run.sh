#!/usr/bin/env bash
# Expected: the same ffmpeg command on the same machine makes the same bytes; x264 and SVT-AV1 are known for it, at any
#           number of threads.
# Seen:     not where bits are limited: x264 with a maximum rate (VBV) and four threads, and SVT-AV1 at a bitrate with
#           `lp=2`, make other files from run to run. x264 on one thread or without the limit does not, nor does `lp=1`.
# So:       stitcher lets no encoder of limited bits work on two pictures, or two parts of one, at once.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 96 -vf noise=alls=30:allf=t -c:v ffv1 noise.mkv
different() { # how many files are made in this many runs with these options
  local runs=$1
  shift
  for _ in $(seq "$runs"); do
    SVT_LOG=1 "$ffmpeg" -v error -i noise.mkv "$@" -f md5 -
  done | sort -u | wc -l
}
x264=(-c:v libx264 -preset veryfast -b:v 400k)
vbv=(-maxrate 400k -bufsize 200k)
av1=(-c:v libsvtav1 -preset 10 -b:v 400k)
many=$(different 10 "${x264[@]}" "${vbv[@]}" -threads 4)
one=$(different 5 "${x264[@]}" "${vbv[@]}" -threads 1)
free=$(different 5 "${x264[@]}" -threads 4)
echo "x264: ${many} files in 10 runs with VBV on four threads; in 5, ${one} on one thread, ${free} without VBV on four"
two=$(different 5 "${av1[@]}" -svtav1-params lp=2)
level=$(different 5 "${av1[@]}" -svtav1-params lp=1)
echo "SVT-AV1: ${two} files in 5 runs at a bitrate with lp=2, ${level} with lp=1"
[ "$many" -gt 1 ] && [ "$one" = 1 ] && [ "$free" = 1 ] && [ "$two" -gt 1 ] && [ "$level" = 1 ]
