"""Prints forms.json: a small image in every form of JPEG and PNG that Pillow writes, and as it reads each as gray. Needs pillow and numpy; then `deno fmt` it."""

import base64
import io
import json

import numpy as np
import PIL
from PIL import Image, ImageCms

WIDTH, HEIGHT = 21, 13


def formula():
    """Smooth, so that chroma's upsampling shows, and with a step, so that filters and predictors have work."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.int64)
    gray = (5 * x + 9 * y + 60 * (x > 11)) % 256
    return gray.astype(np.uint8), np.stack([gray, 255 - gray, (11 * x + 3 * y) % 256], -1).astype(np.uint8)


def text(data):
    return base64.b64encode(data).decode()


def form(name, image, extension, **options):
    file = io.BytesIO()
    image.save(file, extension, **options)
    gray = Image.open(io.BytesIO(file.getvalue())).convert("L")
    return {"name": f"{extension}, {name}", "file": text(file.getvalue()), "gray": text(gray.tobytes())}


gray, rgb = (Image.fromarray(values) for values in formula())
rotated = Image.Exif()
rotated[0x0112] = 6  # to be turned by 90°
profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
profile[24:36] = bytes(12)  # the time of its making
profile = bytes(profile)

forms = []
for mode in ("L", "RGB", "CMYK"):
    image = gray if mode == "L" else rgb.convert(mode)
    for progressive in (False, True):
        for subsampling in ("4:4:4",) if mode == "L" else ("4:4:4", "4:2:2", "4:2:0"):
            name = f"{mode} {subsampling}{' progressive' if progressive else ''}"
            forms.append(form(name, image, "JPEG", progressive=progressive, subsampling=subsampling))
forms += [
    form("1", gray.convert("1"), "JPEG"),
    form("YCbCr", rgb.convert("YCbCr"), "JPEG"),
    form("RGB kept", rgb, "JPEG", keep_rgb=True),
    form("RGB kept, progressive", rgb, "JPEG", keep_rgb=True, progressive=True),
    form("RGB optimized", rgb, "JPEG", optimize=True, quality=30),
    form("RGB of the least quality", rgb, "JPEG", quality=1),
    form("RGB of full quality", rgb, "JPEG", quality=100),
    form("RGB with a restart in every block", rgb, "JPEG", restart_marker_blocks=1),
    form("CMYK with a restart in every row", rgb.convert("CMYK"), "JPEG", restart_marker_rows=1),
    form("RGB to be turned", rgb, "JPEG", exif=rotated),
    form("RGB with a profile", rgb, "JPEG", icc_profile=profile),
    form("L with a comment that looks like the end", gray, "JPEG", comment=b"\xff\xd9"),
    form("two images", rgb, "MPO", save_all=True, append_images=[rgb.rotate(180)]),
]
for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
    image = (gray if mode in ("1", "L", "LA") else rgb).convert(mode)
    forms += [form(mode, image, "PNG"), form(f"{mode} optimized", image, "PNG", optimize=True)]
for bits in (1, 2, 4):
    forms.append(form(f"P of {bits} bits", rgb.quantize(2**bits), "PNG", bits=bits, transparency=0))
forms.append(form("two images", rgb, "PNG", save_all=True, append_images=[rgb.rotate(180)]))

print(json.dumps({"generator": f"make_forms.py, Pillow {PIL.__version__}", "width": WIDTH, "height": HEIGHT, "forms": forms}))
