"""Writes `resized.json`: position embeddings of sin(1), sin(2), …, resized as timm's resample_abs_pos_embed does it, in float64.

    python weights/testing/make_resized.py > weights/testing/resized.json

It needs torch 2.13.0, which `deno task test:interop` installs.
"""

import json

import torch
from torch.nn.functional import interpolate

CASES = [((3, 2), (5, 4), 1), ((4, 4), (2, 3), 1), ((5, 3), (5, 2), 2)]


def resize(before, after, channels):
    count = (1 + before[0] * before[1]) * channels
    embedding = torch.sin(torch.arange(1, count + 1, dtype=torch.float64)).float().double().reshape(-1, channels)
    image = embedding[1:].reshape(1, *before, channels).permute(0, 3, 1, 2)
    image = interpolate(image, size=after, mode="bicubic", antialias=True).permute(0, 2, 3, 1).reshape(-1, channels)
    return [round(value, 6) for value in torch.cat([embedding[:1], image]).flatten().tolist()]


print(json.dumps([
    {"from": before, "to": after, "channels": channels, "expected": resize(before, after, channels)}
    for before, after, channels in CASES
]))
