"""Prints films.json: what Pillow makes of two real films, as gray and stretched. Its argument is the folder of the films. Needs pillow
and numpy; then `deno fmt` it."""

import json
import sys

import numpy as np
import PIL
from PIL import Image

FILMS = ["nih_1024/images/00000773_001.png", "other/16747_3_1.jpg"]


def film(path):
    gray = Image.open(f"{sys.argv[1]}/{path}").convert("L")
    small = np.asarray(gray.resize((8, 8), Image.BILINEAR))
    return {"path": path, "size": gray.size, "mean": float(np.asarray(gray).mean()), "small": small.ravel().tolist()}


print(json.dumps({"generator": f"make_films.py, Pillow {PIL.__version__}", "films": [film(path) for path in FILMS]}))
