#!/usr/bin/env bash
# Expected: a low-pass at 200 Hz takes a 5 kHz tone away, from however many channels.
# Seen:     from channels that have no names, as of a WAV without a channel mask, nothing is taken, and
#           nothing is said: lowpass, highpass, equalizer and biquad pass the sound on as it is; volume and afade do not.
# So:       stitcher gives sound a named layout before it filters it, to measure where it is heard.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1
ffmpeg=$(venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
mean() {
    "$ffmpeg" -hide_banner -f lavfi -i "sine=f=5000:d=1:r=48000" -filter_complex \
        "[0]asplit=3[a][b][c];[a][b][c]amerge=inputs=3$1,volumedetect" -f null - 2>&1 |
        sed -n 's/.*mean_volume: \(-[0-9]*\).*/\1/p'
}
plain=$(mean "")
echo "plain: ${plain} dB; volume=-20dB: $(mean ",volume=-20dB") dB"
changed=0
for filter in lowpass=f=200 highpass=f=15000 equalizer=f=5000:t=q:w=1:g=-30; do
    nameless=$(mean ",aformat=channel_layouts=3C,$filter")
    named=$(mean ",aformat=channel_layouts=2.1,$filter")
    echo "$filter: nameless channels ${nameless} dB, named ones ${named} dB"
    if [ "$nameless" -ne "$plain" ] || [ "$named" -gt "$((plain - 20))" ]; then changed=1; fi
done
exit "$changed"
