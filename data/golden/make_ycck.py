"""Prints ycck.json: a JPEG in YCCK with its colors subsampled, and as Pillow reads it as gray. Pillow cannot write this form, so
TurboJPEG does. Needs pillow, numpy and simplejpeg; then `deno fmt` it."""

import base64
import io
import json

import numpy as np
import PIL
import simplejpeg
from PIL import Image

WIDTH, HEIGHT = 21, 13


def formula():
    """Smooth, with four different channels."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.int64)
    return np.stack([(5 * x + 9 * y) % 256, 255 - (5 * x + 9 * y) % 256, (11 * x + 3 * y) % 256, (2 * x + 7 * y + 90) % 256], -1)


def text(data):
    return base64.b64encode(data).decode()


file = simplejpeg.encode_jpeg(formula().astype(np.uint8), quality=90, colorspace="CMYK", colorsubsampling="420")
gray = Image.open(io.BytesIO(file)).convert("L")
generator = f"make_ycck.py, simplejpeg {simplejpeg.__version__}, Pillow {PIL.__version__}"
print(json.dumps({"generator": generator, "width": WIDTH, "height": HEIGHT, "file": text(file), "gray": text(gray.tobytes())}))
