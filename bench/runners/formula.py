"""Weights, images and targets by the formula of ../../tests/parity (formula.ts and make_reference.py).

It is computed in pieces of 8 MB: the memory of a runner is measured, so its preparation must leave nothing behind.
"""

import math

import numpy as np

PIECE = 1 << 20


def _pieces(name, count):
    """Hash noise in [-1, 1): fmix32 (MurmurHash3) of FNV-1a of the name plus the index."""
    offset = 2166136261
    for byte in name.encode():
        offset = (offset ^ byte) * 16777619 & 0xFFFFFFFF
    for start in range(0, count, PIECE):
        x = (np.arange(start, min(start + PIECE, count), dtype=np.uint64) + offset) & 0xFFFFFFFF
        for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
            x = (x ^ x >> np.uint64(shift)) * np.uint64(factor) & 0xFFFFFFFF
        x ^= x >> np.uint64(16)
        yield start, x.astype(np.float64) / 2**31 - 1


def values(name, shape, center=0.0, spread=1.0):
    """Float32 values of a shape, in PyTorch's layout, by the name that PyTorch gives them."""
    filled = np.empty(math.prod(shape), np.float32)
    for start, noise in _pieces(name, filled.size):
        filled[start : start + noise.size] = center + spread * noise
    return filled.reshape(shape)


def kernel(name, shape):
    """The kernel of a convolution `[out, in, h, w]` or of a dense layer `[out, in]`."""
    return values(name, shape, 0, math.sqrt(3) * math.sqrt(2 / math.prod(shape[1:])))


# around what, and how widely, the other parameters lie
VECTORS = {
    "bias": (0, 0.05),
    "scale": (1, 0.1),
    "offset": (0, 0.05),
    "mean": (0, 0.1),
    "variance": (1, 0.5),
    "cls_token": (0, 0.02),
    "pos_embed": (0, 0.02),
}


def images(batch, size):
    """`[N, 1, H, W]`; with one channel `[N, H, W, 1]` has the same order."""
    return values("image", (batch, 1, size, size))


def targets(batch, classes):
    """0 or 1, `[N, classes]`."""
    noise = np.concatenate([piece for _, piece in _pieces("target", batch * classes)])
    return (noise > 0.5).astype(np.float32).reshape(batch, classes)


def cross_entropy(logits, labels):
    """The mean binary cross-entropy of sigmoids from logits, in float64."""
    z = np.asarray(logits, np.float64)
    return float(np.mean(np.maximum(z, 0) - z * labels + np.log1p(np.exp(-np.abs(z)))))
