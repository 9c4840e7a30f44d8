#!/usr/bin/env bash
# Expected: with -copyts and -seek_timestamp 1, `-ss T` starts at the picture whose own time stamp is T.
# Seen:     the seek goes there, and the exact cut is made at T plus the time at which the whole file begins, so a file
#           that begins at 0.4 s loses ten pictures more at 24 a second. `-noaccurate_seek` stops it.
# So:       stitcher seeks inexactly and cuts by time stamp in the filter graph.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 72 -c:v libx264 -preset ultrafast -g 24 -bf 0 a.mp4
"$ffmpeg" -v error -itsoffset 0.4 -i a.mp4 -c copy -f matroska late.mkv

first_picture() { # of what is read with these options: which one of a.mp4 it is
  "$ffmpeg" -v error "$@" -copyts -frames:v 1 -f framemd5 - | awk -F', *' '!/^#/ {print $6; exit}' >hash
  "$ffmpeg" -v error -i a.mp4 -f framemd5 - | awk -F', *' -v wanted="$(cat hash)" '!/^#/ {if ($6 == wanted) print n; n++}'
}

# Picture 24 begins at 1 s in a.mp4 and at 1.4 s in late.mkv.
exact=$(first_picture -copyts -seek_timestamp 1 -ss 1.4 -i late.mkv)
inexact=$(first_picture -copyts -seek_timestamp 1 -noaccurate_seek -ss 1.4 -i late.mkv)
echo "asked for picture 24: the exact cut gives ${exact}, the inexact one ${inexact}"
[ "$exact" = 34 ] && [ "$inexact" = 24 ]
