#!/usr/bin/env bash
# Expected: PyAV's frame.side_data lists what a picture carries, and leaves out what it has no name for.
# Seen:     one entry it does not know (EXIF, which FFmpeg 8 attaches to pictures of JPEG and PNG) makes every access
#           raise ValueError, the known entries' too.
# So:       stitcher asks for a display matrix only where this does not get in the way.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.2.6 pillow==12.0.0
venv/bin/python - <<'PYTHON'
import av
from PIL import Image

exif = Image.Exif()
exif[0x010F] = "a camera"
Image.new("RGB", (64, 48), "teal").save("with.jpg", exif=exif)
Image.new("RGB", (64, 48), "teal").save("without.jpg")


def asked(path: str) -> str:
    with av.open(path) as file:
        for frame in file.decode(video=0):
            try:
                return f"{len(list(frame.side_data))} entries"
            except ValueError as wrong:
                return f"ValueError: {wrong}"
    return "no picture"


print("PyAV", av.__version__, "FFmpeg", av.ffmpeg_version_info)
seen = asked("without.jpg"), asked("with.jpg")
print("without EXIF:", seen[0], "| with EXIF:", seen[1])
raise SystemExit(not (seen[0].endswith("entries") and seen[1].startswith("ValueError")))
PYTHON
