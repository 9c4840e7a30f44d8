#!/usr/bin/env bash
# Expected: a WAV, with its RIFF header, its name and its whole length, is opened as a WAV whatever it sounds like.
# Seen:     the line-up tone of EBU R 68, 1 kHz at -18 dBFS, in 32-bit float at 48 kHz is refused: each period is 192 bytes,
#           a packet of MPEG-TS with a time stamp, and a byte of each is 0x47, so FFmpeg scores it above the header.
#           At other levels, or told `-f wav`, it opens. 500 Hz in 16 bits at full scale meets the same.
# So:       stitcher tells ffmpeg the container it has found for itself, with every file it opens.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
venv/bin/python - <<'PYTHON'
import struct

import numpy as np

for level in (-18, -20):
    period = 10 ** (level / 20) * np.sin(2 * np.pi * np.arange(48) / 48)
    data = np.tile(period, 3000).astype("<f4").tobytes()
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, 48_000, 192_000, 4, 32)
    body = b"WAVE" + fmt + struct.pack("<4sI", b"data", len(data)) + data
    with open(f"tone{level}.wav", "wb") as file:
        file.write(struct.pack("<4sI", b"RIFF", len(body)) + body)
PYTHON
opens() { "$ffmpeg" -hide_banner "$@" -f null - >log 2>&1 && echo yes || echo "no: $(grep -m 1 -o 'mpegts.*' log)"; }
left=$(opens -i tone-18.wav)
other=$(opens -i tone-20.wav)
told=$(opens -f wav -i tone-18.wav)
echo "-18 dBFS opens: $left"
echo "-20 dBFS opens: $other"
echo "-18 dBFS with -f wav opens: $told"
case "$left" in no:*mpegts*) ;; *) exit 1 ;; esac
[ "$other" = yes ] && [ "$told" = yes ]
