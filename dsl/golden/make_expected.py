"""Prints expected.json: what PyTorch computes in float64 of the layers and the network of the tests of dsl/, whose
inputs and weights are waves. Needs torch; then `deno fmt` it."""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def waves(*shape):
    """sin(1), sin(2), …"""
    return torch.sin(torch.arange(1, torch.Size(shape).numel() + 1).double()).reshape(shape)


def numbers(x):
    return [float(f"{value:.10g}") for value in x.flatten().tolist()]


def on_image(fn, x):
    """The values of a function of [N, C, H, W] for an image [N, H, W, C], in the order of the image."""
    return fn(x.movedim(-1, 1)).movedim(1, -1)


def conv(x, kernel, bias, **options):
    return on_image(lambda x: F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, **options), x)


def batch_norm(training):
    mean, variance = waves(2), waves(2)
    y = on_image(lambda x: F.batch_norm(x, mean, variance, waves(2), waves(2), training, 0.3), waves(2, 1, 3, 2))
    return {"y": numbers(y)} | ({"mean": numbers(mean), "variance": numbers(variance)} if training else {})


def attention(bias, channels=4, heads=2):
    """As timm's, for one image of three tokens."""
    biases = (waves(3 * channels), waves(channels)) if bias else (0, 0)
    qkv = waves(1, 3, channels) @ waves(channels, 3 * channels) + biases[0]
    q, k, v = qkv.reshape(1, 3, 3, heads, channels // heads).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(1, 3, channels)
    return numbers(y @ waves(channels, channels) + biases[1])


def network():
    """A training pass of compile_test.ts's network; the loss is the mean of the squared logits."""
    shapes = {
        "stem/kernel": (3, 3, 2, 4),
        "stem/bias": (4,),
        "block/body/conv/kernel": (3, 3, 4, 4),
        "block/body/bn/scale": (4,),
        "block/body/bn/offset": (4,),
        "head/kernel": (48, 3),
        "head/bias": (3,),
    }
    w = {name: waves(*shape).requires_grad_() for name, shape in shapes.items()}
    mean, variance = torch.zeros(4), torch.ones(4)
    x = conv(waves(2, 7, 6, 2), w["stem/kernel"], w["stem/bias"], stride=(2, 1), padding=1)
    scale, offset = w["block/body/bn/scale"], w["block/body/bn/offset"]
    body = conv(x, w["block/body/conv/kernel"], None, padding=1)
    body = on_image(lambda x: F.batch_norm(x, mean, variance, scale, offset, training=True, momentum=0.1), body)
    pooled = on_image(lambda x: F.adaptive_avg_pool2d(x, (3, 4)), F.relu(x + body))
    logits = pooled.flatten(1) @ w["head/kernel"] + w["head/bias"]
    loss = logits.square().mean()
    loss.backward()
    return {
        "logits": numbers(logits),
        "loss": numbers(loss)[0],
        "gradientNorms": {name: numbers(value.grad.norm())[0] for name, value in w.items()},
        "mean": numbers(mean),
        "variance": numbers(variance),
    }


expected = {
    "generator": f"make_expected.py, PyTorch {torch.__version__.split('+')[0]}",
    "conv": {
        "odd": numbers(conv(waves(1, 7, 6, 2), waves(3, 2, 2, 2), waves(2), stride=(3, 2), padding=(0, 1))),
        "grouped": numbers(
            conv(waves(1, 5, 6, 4), waves(3, 2, 2, 2), waves(2), stride=(1, 2), padding=1, dilation=(2, 3), groups=2)
        ),
        "same": numbers(conv(waves(1, 2, 3, 1), waves(2, 3, 1, 2), waves(2), padding="same")),
    },
    "activations": {
        "relu": numbers(F.relu(waves(4))),
        "sigmoid": numbers(torch.sigmoid(waves(4))),
        "silu": numbers(F.silu(waves(4))),
        "hardSigmoid": numbers(F.hardsigmoid(waves(4))),
        "hardSwish": numbers(F.hardswish(waves(4))),
        "gelu": numbers(F.gelu(torch.tensor([-1.5, 0, 2]))),
    },
    "batchNorm": {"training": batch_norm(True), "inference": batch_norm(False)},
    "attention": {"bias": attention(True), "noBias": attention(False)},
    "dense": numbers(waves(2, 3) @ waves(3, 2) + waves(2)),
    "layerNorm": numbers(F.layer_norm(waves(1, 2, 3), (3,), waves(3), waves(3), 1e-6)),
    "pool": {
        "max": numbers(on_image(lambda x: F.max_pool2d(x, (3, 2), (2, 3), (1, 0)), waves(1, 7, 5, 1))),
        "average": numbers(on_image(lambda x: F.avg_pool2d(x, (3, 2), (2, 3), 1), waves(1, 7, 5, 1))),
    },
    "adaptivePool": {
        "average": numbers(on_image(lambda x: F.adaptive_avg_pool2d(x, (3, 2)), waves(1, 7, 5, 1))),
        "max": numbers(on_image(lambda x: F.adaptive_max_pool2d(x, (3, 2)), waves(1, 7, 5, 1))),
        "spread": numbers(on_image(lambda x: F.adaptive_avg_pool2d(x, (3, 4)), waves(1, 2, 3, 1))),
    },
    "network": network(),
}
print(json.dumps(expected))
