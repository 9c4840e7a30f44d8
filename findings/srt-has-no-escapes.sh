#!/usr/bin/env bash
# Expected: SRT's `<i>` is HTML's, so `&lt;` and `&amp;` are escapes there as in WebVTT, and a converter minds them.
# Seen:     FFmpeg and pysubs2 show them as they stand in an SRT, so whoever escapes shows `&amp;`. And FFmpeg makes a WebVTT
#           of an SRT without escaping: the same words say something else there, and `<b>` is a tag in the next.
# So:       stitcher writes SRT without escapes, parts what looks like a tag by a word joiner, and escapes in WebVTT only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 pysubs2==1.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
venv/bin/python -c 'import pysubs2; print("pysubs2", pysubs2.VERSION)'
printf '1\n00:00:00,000 --> 00:00:01,000\nR&amp;D, &lt;b&gt;, <i>so</i>\n' >a.srt
shown() { # the words of a file's one cue as FFmpeg reads them, `{\i1}` being its slant
  "$ffmpeg" -v error -i "$1" -f ass - | sed -n 's/\r$//; s/^Dialogue: .*,0,0,0,,//p'
}
"$ffmpeg" -v error -i a.srt a.vtt
"$ffmpeg" -v error -i a.vtt b.vtt
srt=$(shown a.srt) vtt=$(shown a.vtt) again=$(shown b.vtt)
other=$(venv/bin/python -c 'import pysubs2; print(pysubs2.load("a.srt")[0].text)')
echo "SRT in FFmpeg:                 ${srt}"
echo "SRT in pysubs2:                ${other}"
echo "the WebVTT FFmpeg makes of it: ${vtt}"
echo "and the WebVTT made of that:   ${again}"
[ "$srt" = 'R&amp;D, &lt;b&gt;, {\i1}so{\i0}' ] && [ "$other" = "$srt" ] &&
  [ "$vtt" = 'R&D, <b>, {\i1}so{\i0}' ] && [ "$again" = 'R&D, {\b1}, {\i1}so{\i0}' ]
