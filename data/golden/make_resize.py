"""Prints resize.json: Pillow's BILINEAR resize of formula images. Needs pillow and numpy; then `deno fmt` it."""

import json
import zlib

import numpy as np
import PIL
from PIL import Image

SIZES = [((7, 5), (3, 4)), ((5, 7), (11, 13)), ((16, 16), (5, 5)), ((9, 3), (4, 8)), ((13, 6), (13, 2)), ((1, 1), (3, 2))]
LARGE = [((1024, 1024), (224, 224)), ((256, 256), (224, 224)), ((301, 211), (96, 130))]


def formula(width, height, modulo):
    """(31 x² + 17 y² + 7 x y + 3 x + 5 y) mod modulo"""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    return (31 * x * x + 17 * y * y + 7 * x * y + 3 * x + 5 * y) % modulo


def case(source, target, small):
    image = Image.fromarray(formula(*source, 256).astype(np.uint8), "L")
    eight = np.asarray(image.resize(target, Image.BILINEAR))
    result = {"from": source, "to": target}
    if not small:
        return result | {"crc": zlib.crc32(eight.tobytes())}
    deep = Image.fromarray((formula(*source, 65536) / 257).astype(np.float32), "F")
    floats = np.asarray(deep.resize(target, Image.BILINEAR))
    return result | {"eight": eight.ravel().tolist(), "float": [float(v) for v in floats.ravel()]}


cases = [case(s, t, True) for s, t in SIZES] + [case(s, t, False) for s, t in LARGE]
print(json.dumps({"generator": f"make_resize.py, Pillow {PIL.__version__}", "cases": cases}))
