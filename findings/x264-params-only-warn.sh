#!/usr/bin/env bash
# Expected: a value of `-x264-params` that x264 refuses fails the encode, as an unknown `-tune` does.
# Seen:     ffmpeg logs a warning (nothing at `-v error`), goes on without it and exits with 0. `ebu3213`, a name FFmpeg
#           itself has, is such a word: the stream's primaries are unspecified, and so are they with `-color_primaries`.
# So:       stitcher has primaries that x264 does not know written into the stream behind it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
told() { # encodes with these options; what the stream says of its colour, and how ffmpeg ended
  local code=0
  "$ffmpeg" -v warning -y -f lavfi -i testsrc2=s=320x180:r=24 -frames:v 2 -c:v libx264 "$@" a.h264 2>log || code=$?
  "$ffmpeg" -hide_banner -i a.h264 2>about || true
  echo "$(sed -n 's/.*Video:.*yuv420p(\([^)]*\)).*/\1/p' about), exit code ${code}"
}
tune=$(told -tune nonsense)
known=$(told -x264-params colorprim=bt470bg)
params=$(told -x264-params colorprim=ebu3213)
warned=$(grep -c "colorprim = ebu3213" log || true)
option=$(told -color_primaries ebu3213)
echo "-tune nonsense: ${tune##*, }"
echo "colorprim=bt470bg: ${known}"
echo "colorprim=ebu3213: ${params}, warnings: ${warned}"
echo "-color_primaries ebu3213: ${option}"
[[ $tune != *"exit code 0" && $known == *bt470bg*", exit code 0" && $warned == 1 ]] &&
  [[ $params == "progressive, exit code 0" && $option == "progressive, exit code 0" ]]
