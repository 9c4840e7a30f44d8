#!/usr/bin/env bash
# Expected: a language tag of ISO 639-2/T (`deu`, `swe`), the kind MP4 asks for, is kept in a MOV file too, or refused.
# Seen:     in .mov those without a number in FFmpeg's table of QuickTime's languages become undetermined, without a
#           word; the table has the older `ger`, `chi`, `dut`, and `sve` for Swedish. In .mp4 all are kept.
# So:       stitcher translates the languages of captions into FFmpeg's names for a MOV file.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
kept() { # which of these languages come back from a file of this kind
  local container=$1 code options=() at=0
  shift
  for code; do
    options+=(-map 0 "-metadata:s:a:$at" "language=$code")
    at=$((at + 1))
  done
  "$ffmpeg" -v error -y -f lavfi -i anullsrc=r=8000:cl=mono -t 0.1 -c:a aac "${options[@]}" "a.$container"
  "$ffmpeg" -hide_banner -i "a.$container" 2>about || true
  sed -n 's/^ *Stream #0:[0-9]*\[[^]]*\](\(...\)).*/\1/p' about | paste -sd' '
}
# The twenty languages that ISO 639-2 has two codes for, and Swedish.
terms=(bod ces cym deu ell eus fas fra hye isl kat mkd mri msa mya nld ron slk sqi zho swe)
older=(tib cze wel ger gre baq per fre arm ice geo mac mao may bur dut rum slo alb chi sve)
mp4=$(kept mp4 "${terms[@]}") mov=$(kept mov "${terms[@]}") mov_older=$(kept mov "${older[@]}")
echo "told:          ${terms[*]}"
echo "kept by .mp4:  ${mp4}"
echo "kept by .mov:  ${mov}"
echo "told instead:  ${older[*]}"
echo "kept by .mov:  ${mov_older}"
[ "$mp4" = "${terms[*]}" ] && [ "$mov" = "ces fra ron slk" ] &&
  [ "$mov_older" = "tib wel ger gre baq per arm ice geo mac may bur dut alb chi sve" ]
