"""A model of TensorFlow's own ops, built from the DSL's spec as JSON: what a Python program would write by hand.

Convolutions pad by SAME where that is what the spec says, else by a Pad of their own: with explicit padding TensorFlow falls
back to slower kernels.
"""

import numpy as np
import tensorflow as tf

import formula


class Builder:
    """Makes functions of specs; collects the variables. Shapes are of one image, `(H, W, C)`, and `(1, 1, n)` when flat."""

    def __init__(self, names, precision):
        self.names, self.dtype = names, tf.bfloat16 if precision == "bfloat16" else tf.float32
        self.trainable = []

    def build(self, spec, shape, path=""):
        return getattr(self, spec["type"])(spec, shape, path)

    def stack(self, spec, shape, path):
        parts = []
        for name, child in spec["children"]:
            part, shape = self.build(child, shape, f"{path}{name}/")
            parts.append(part)

        def run(x):
            for part in parts:
                x = part(x)
            return x

        return run, shape

    def residual(self, spec, shape, path):
        body, after = self.build(spec["body"], shape, f"{path}body/")
        shortcut, _ = self.build(spec["shortcut"], shape, f"{path}shortcut/")
        return (lambda x: body(x) + shortcut(x)), after

    def identity(self, _spec, shape, _path):
        return (lambda x: x), shape

    def dropout(self, spec, shape, path):
        if spec["rate"] != 0:
            raise ValueError("the bench trains without dropout")
        return self.identity(spec, shape, path)

    def relu(self, _spec, shape, _path):
        return tf.nn.relu, shape

    def conv(self, spec, shape, path):
        if spec["groups"] != 1 or spec["dilation"] != [1, 1]:
            raise ValueError("only plain convolutions")
        kernel, stride, padding = spec["kernel"], spec["stride"], spec["padding"]
        same = stride == [1, 1] and all(2 * p == k - 1 for p, k in zip(padding, kernel))
        pad, sizes = window(shape, kernel, stride, padding, 0)
        values = formula.kernel(self.names[f"{path}kernel"], (spec["filters"], shape[2], *kernel))
        weights = self.variable(values.transpose(2, 3, 1, 0))
        bias = self.vector(f"{path}bias", "bias", spec["filters"]) if spec["bias"] else None

        def run(x):
            x = tf.nn.conv2d(x if same else pad(x), self.cast(weights), stride, "SAME" if same else "VALID")
            return x if bias is None else tf.nn.bias_add(x, self.cast(bias))

        return run, (*sizes, spec["filters"])

    def pool(self, spec, shape, _path):
        if spec["kind"] != "max":
            raise ValueError("only pooling by the largest")
        pad, sizes = window(shape, spec["size"], spec["stride"], spec["padding"], self.dtype.min)
        return (lambda x: tf.nn.max_pool2d(pad(x), spec["size"], spec["stride"], "VALID")), (*sizes, shape[2])

    def adaptivePool(self, spec, shape, path):
        if spec["size"] != list(shape[:2]):
            raise ValueError("only images that fit already")
        return self.identity(spec, shape, path)

    def globalPool(self, _spec, shape, _path):
        return (lambda x: tf.reduce_mean(x, [1, 2])), (1, 1, shape[2])

    def flatten(self, _spec, shape, _path):
        return (lambda x: tf.reshape(x, [x.shape[0], -1])), shape

    def batchNorm(self, spec, shape, path):
        scale, offset = (self.vector(f"{path}{kind}", kind, shape[2]) for kind in ("scale", "offset"))
        mean, variance = (
            self.vector(f"{path}{kind}", kind, shape[2], trainable=False) for kind in ("mean", "variance")
        )

        def run(x):
            x, new_mean, new_variance, *_ = tf.raw_ops.FusedBatchNormV3(
                x=x, scale=scale, offset=offset, mean=mean, variance=variance, epsilon=spec["epsilon"],
                exponential_avg_factor=spec["momentum"], is_training=True,
            )
            mean.assign(new_mean)
            variance.assign(new_variance)
            return x

        return run, shape

    def dense(self, spec, shape, path):
        height, width, channels = shape
        values = formula.kernel(self.names[f"{path}kernel"], (spec["units"], channels * height * width))
        values = values.reshape(spec["units"], channels, height, width).transpose(2, 3, 1, 0)
        weights = self.variable(values.reshape(-1, spec["units"]))
        bias = self.vector(f"{path}bias", "bias", spec["units"])
        return (lambda x: tf.nn.bias_add(tf.matmul(x, self.cast(weights)), self.cast(bias))), (1, 1, spec["units"])

    def vector(self, path, kind, size, trainable=True):
        return self.variable(formula.values(self.names[path], (size,), *formula.VECTORS[kind]), trainable)

    def variable(self, values, trainable=True):
        made = tf.Variable(np.ascontiguousarray(values), trainable=trainable)
        if trainable:
            self.trainable.append(made)
        return made

    def cast(self, x):
        return tf.cast(x, self.dtype)


def window(shape, size, stride, padding, value):
    """A function that pads for a window, no further than it reaches, and the sizes after it."""
    sizes = [(shape[i] + 2 * padding[i] - size[i]) // stride[i] + 1 for i in (0, 1)]
    after = [max(0, (sizes[i] - 1) * stride[i] + size[i] - shape[i] - padding[i]) for i in (0, 1)]
    if not any(padding):
        return (lambda x: x), sizes
    paddings = [[0, 0], [padding[0], after[0]], [padding[1], after[1]], [0, 0]]
    return (lambda x: tf.pad(x, paddings, constant_values=value)), sizes
