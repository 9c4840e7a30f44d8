#!/usr/bin/env bash
# Expected: FFmpeg reads captions of the HLS it writes itself as they were: two cues, at 1 s and at 3 s.
# Seen:     read through the master playlist, the first cue is gone and the second comes 1.4 s early (the start of the MPEG
#           transport stream is taken from captions that never had it). Read through the captions' own playlist, the
#           times are right, and the heading WEBVTT of the next segment stands in the text of each cue.
# So:       stitcher's tests read caption segments by themselves; FFmpeg's word on HLS captions proves nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
printf '1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nAgain\n' >cues.srt
"$ffmpeg" -v error -f lavfi -i testsrc2=s=320x180:r=25:d=6 -i cues.srt -map 0:v -map 1:s -c:v libx264 \
    -preset ultrafast -g 50 -c:s webvtt -f hls -hls_time 2 -hls_playlist_type vod \
    -var_stream_map "v:0,s:0,sgroup:subs,language:eng" -master_pl_name master.m3u8 out_%v.m3u8
"$ffmpeg" -v error -i master.m3u8 -map 0:s:0 -f webvtt master.vtt
"$ffmpeg" -v error -i out_0_vtt.m3u8 -map 0:s:0 -f webvtt own.vtt
echo "--- through the master:"
cat master.vtt
echo "--- through its own playlist:"
cat own.vtt
[ "$(grep -c -- '-->' master.vtt)" = 1 ]
grep -q '^00:01.600 --> 00:02.600$' master.vtt
[ "$(grep -c -- '-->' own.vtt)" = 2 ]
grep -q '^00:03.000 --> 00:04.000$' own.vtt
[ "$(grep -c '^WEBVTT$' own.vtt)" = 3 ]
