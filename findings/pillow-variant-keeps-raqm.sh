#!/usr/bin/env bash
# Expected: font_variant(layout_engine=Layout.BASIC) of a font that is shaped by Raqm is a font that is not.
# Seen:     it keeps Raqm: BASIC is 0, which counts as not given. truetype(…, layout_engine=Layout.BASIC) does it.
# So:       stitcher opens the font's file again to look which letters it has.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==11.3.0
venv/bin/python - <<'P'
import io

import PIL
from PIL import ImageFont, features

print("Pillow", PIL.__version__, "with Raqm:", features.check("raqm"))
if not features.check("raqm"):
    raise SystemExit("needs FriBidi on this machine (libfribidi0)")
data = ImageFont.load_default(20).font_bytes
font = ImageFont.truetype(io.BytesIO(data), 20, layout_engine=ImageFont.Layout.RAQM)
variant = font.font_variant(layout_engine=ImageFont.Layout.BASIC)
opened = ImageFont.truetype(io.BytesIO(data), 20, layout_engine=ImageFont.Layout.BASIC)
print("variant:", variant.layout_engine, " opened again:", opened.layout_engine)
raise SystemExit((variant.layout_engine, opened.layout_engine) != (ImageFont.Layout.RAQM, ImageFont.Layout.BASIC))
P
