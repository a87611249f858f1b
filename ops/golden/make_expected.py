"""Prints expected.json: PyTorch's values and gradients in float64 of what the tests of ops/ compute of the same
inputs. Needs torch; then `deno fmt` it."""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)

# name: (x [N, H, W, C], kernel [kh, kw, in, out], stride, padding, dilation, groups)
CONVOLUTIONS = {
    "3×3, half padding": ([2, 5, 6, 3], [3, 3, 3, 2], 1, 1, 1, 1),
    "asymmetric kernel, stride and padding, odd sizes": ([2, 7, 6, 2], [3, 2, 2, 3], (3, 2), (0, 1), 1, 1),
    "a last window that does not fit is dropped": ([1, 6, 8, 2], [5, 3, 2, 2], (2, 3), (2, 1), 1, 1),
    "1×1": ([2, 3, 4, 3], [1, 1, 3, 2], 1, 0, 1, 1),
    "1×1, stride 2": ([2, 5, 4, 3], [1, 1, 3, 2], 2, 0, 1, 1),
    "padding beyond the kernel's reach": ([1, 3, 2, 2], [1, 2, 2, 2], (2, 1), (2, 3), 1, 1),
    "dilation": ([2, 7, 8, 2], [3, 2, 2, 2], (1, 2), (1, 2), (2, 3), 1),
    "dilation, half padding": ([1, 5, 5, 2], [3, 3, 2, 2], 1, 2, 2, 1),
    "groups": ([2, 5, 6, 4], [3, 3, 2, 6], (2, 1), (1, 0), 1, 2),
    "depthwise, dilated": ([1, 6, 5, 3], [2, 3, 1, 3], 1, 1, (1, 2), 3),
    "groups, dilated, odd sizes, asymmetric stride and padding": (
        [2, 9, 7, 6], [3, 2, 2, 6], (2, 1), (2, 1), (2, 3), 3,
    ),
    "depthwise, two filters a channel, asymmetric": ([2, 7, 9, 3], [3, 5, 1, 6], (2, 3), (1, 2), 1, 3),
    "large kernel and stride": ([1, 19, 16, 1], [11, 7, 1, 2], 4, (2, 3), 1, 1),
    "the whole image": ([2, 4, 3, 2], [4, 3, 2, 3], 1, 0, 1, 1),
    "same, even kernel": ([1, 4, 5, 2], [2, 4, 2, 2], 1, "same", 1, 1),
    "same, dilated": ([1, 5, 4, 2], [3, 2, 2, 2], 1, "same", (1, 2), 1),
}

# name: (x [N, H, W, C], size, stride, padding)
MAX_POOLS = {
    "2×2": ([2, 6, 4, 2], (2, 2), (2, 2), (0, 0)),
    "overlapping, padded, negative inputs": ([1, 5, 7, 2], (3, 3), (2, 2), (1, 1)),
    "asymmetric, floor": ([2, 7, 6, 1], (3, 2), (2, 3), (1, 0)),
    "half padding, stride 1": ([1, 4, 5, 1], (3, 3), (1, 1), (1, 1)),
}
AVERAGE_POOLS = {
    "2×2, floor": ([2, 5, 7, 2], (2, 2), (2, 2), (0, 0)),
    "padding counts": ([1, 5, 6, 2], (3, 3), (2, 2), (1, 1)),
    "asymmetric": ([2, 6, 7, 1], (3, 2), (1, 3), (0, 1)),
    "half padding, stride 1": ([1, 4, 5, 1], (3, 3), (1, 1), (1, 1)),
}

# name: (x [N, D, H, W, C], size, stride, padding)
MAX_POOLS_3D = {
    "2×2×2": ([2, 4, 4, 4, 2], (2, 2, 2), (2, 2, 2), 0),
    "padded, negative inputs": ([1, 4, 5, 6, 1], (2, 3, 4), (1, 2, 2), 1),
}
AVERAGE_POOLS_3D = {
    "padded": ([1, 4, 5, 6, 2], (2, 2, 2), (2, 1, 2), 1),
    "padded, overlapping": ([2, 3, 4, 4, 1], (2, 3, 2), (1, 1, 1), 1),
    "a window that does not fit": ([1, 4, 4, 6, 2], (2, 2, 3), (2, 2, 2), 0),
}

BATCH_NORMS = [[2, 3, 4, 3], [1, 1, 2, 2], [4, 1, 1, 2]]
LAYER_NORMS = [[2, 3, 5], [4, 8], [2, 2, 3, 4]]
ATTENTIONS = [
    {"batch": 2, "tokens": 5, "channels": 6, "heads": 2},
    {"batch": 1, "tokens": 3, "channels": 4, "heads": 1},
    {"batch": 3, "tokens": 4, "channels": 8, "heads": 4},
]


def waves(shape, phase=0.0):
    """sin(1 + phase), sin(2 + phase), …"""
    return torch.sin(torch.arange(1, torch.Size(shape).numel() + 1) + phase).reshape(shape)


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def with_gradients(fn, *xs, weights=None):
    """The value of fn, and the gradients by each input of Σ weights · value; the weights are waves of phase 0.5."""
    xs = [x.detach().requires_grad_() for x in xs]
    y = fn(*xs)
    weights = waves(y.shape, 0.5) if weights is None else torch.tensor(weights).reshape(y.shape)
    return [y.detach(), *torch.autograd.grad((y * weights).sum(), xs)]


def numbers(x):
    return [float(f"{value:.10g}") for value in x.flatten().tolist()]


def projection(x):
    """The product with waves of phase 0.5, and the norm."""
    return dict(zip(("product", "norm"), numbers(torch.stack([(x * waves(x.shape, 0.5)).sum(), x.norm()]))))


def convolution(x, kernel, stride, padding, dilation, groups):
    def fn(x, kernel):
        filters = kernel.permute(3, 2, 0, 1)
        return channels_last(F.conv2d(channels_first(x), filters, None, stride, padding, dilation, groups))

    y, dx, d_kernel = with_gradients(fn, waves(x), waves(kernel, 0.25))
    return {"y": projection(y), "dx": projection(dx), "dKernel": projection(d_kernel)}


def pools(kind, pool, cases, **options):
    def case(name, shape, size, stride, padding):
        x = waves(shape) - (3 if "negative" in name else 0)
        y, dx = with_gradients(lambda x: channels_last(pool(channels_first(x), size, stride, padding, **options)), x)
        return {"y": projection(y), "dx": projection(dx)}

    return {f"{kind}, {name}": case(name, *arguments) for name, arguments in cases.items()}


def tied(x, size, stride, padding):
    """The gradient of a maximum over an image [H, W] that has equal elements."""
    x, weights = torch.tensor(x)[None, None], [1.0, 10.0, 100.0, 1000.0]
    return numbers(with_gradients(lambda x: F.max_pool2d(x, size, stride, padding), x, weights=weights)[1])


def activation(fn, x):
    y, dx = with_gradients(fn, torch.tensor(x), weights=[i + 1.0 for i in range(len(x))])
    return {"y": numbers(y), "dx": numbers(dx)}


def batch_norm(shape, training):
    n = shape[-1]
    mean, variance = waves([n], 3), waves([n], 4) + 2

    def fn(x, scale, offset):
        return channels_last(F.batch_norm(channels_first(x), mean, variance, scale, offset, training, 0.3, 1e-3))

    y, dx, d_scale, d_offset = with_gradients(fn, 2 * waves(shape) + 1, waves([n], 1) + 2, waves([n], 2))
    made = {"y": projection(y), "dx": projection(dx), "dScale": numbers(d_scale), "dOffset": numbers(d_offset)}
    return made | ({"mean": numbers(mean), "variance": numbers(variance)} if training else {})


def layer_norm(shape):
    n = shape[-1]
    y, dx, d_scale, d_offset = with_gradients(
        lambda x, scale, offset: F.layer_norm(x, (n,), scale, offset, 1e-3),
        2 * waves(shape) + 1, waves([n], 1) + 2, waves([n], 2),
    )
    return {"y": projection(y), "dx": projection(dx), "dScale": numbers(d_scale), "dOffset": numbers(d_offset)}


def attention(batch, tokens, channels, heads):
    def fn(qkv):
        q, k, v = qkv.reshape(batch, tokens, 3, heads, channels // heads).permute(2, 0, 3, 1, 4)
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, channels)

    y, dx = with_gradients(fn, 2 * waves([batch, tokens, 3 * channels]))
    return {"y": projection(y), "dx": projection(dx)}


def adam(scale, weight_decay):
    """The value and both moments after each of three steps, at the learning rate 0.1."""
    value = torch.tensor([1.0, -2.0, 3.0, 0.5], requires_grad=True)
    optimizer, states = torch.optim.Adam([value], lr=0.1, weight_decay=weight_decay), []
    for t in (1, 2, 3):
        value.grad = scale * torch.tensor([1, -1e-9, 0.5 * t, -t])
        optimizer.step()
        state = optimizer.state[value]
        mean, variance = numbers(state["exp_avg"]), numbers(state["exp_avg_sq"])
        states.append({"value": numbers(value), "mean": mean, "variance": variance})
    return states


ACTIVATED = [-4, -3, -2, -0.5, 0, 1, 2.5, 3, 5]
expected = {
    "generator": f"make_expected.py, PyTorch {torch.__version__.split('+')[0]}",
    "convolution": {name: convolution(*case) for name, case in CONVOLUTIONS.items()},
    "pooling": pools("max pooling", F.max_pool2d, MAX_POOLS) | pools("average pooling", F.avg_pool2d, AVERAGE_POOLS),
    "poolingTies": {
        "overlapping": tied([[1.0, 1, 0, 2, 2], [1, 1, 0, 2, 2]], 2, 1, 0),
        "padded": tied([[0.0, 0, 0]] * 3, 3, 2, 1),
    },
    "pooling3d": pools("max pooling of volumes", F.max_pool3d, MAX_POOLS_3D)
    | pools("average pooling of volumes", F.avg_pool3d, AVERAGE_POOLS_3D, count_include_pad=False),
    "activations": {
        "relu": activation(F.relu, [-2.0, -0.0, 0.0, 1e-30, 3.0]),
        "sigmoid": activation(torch.sigmoid, ACTIVATED),
        "silu": activation(F.silu, ACTIVATED),
        "hardSigmoid": activation(F.hardsigmoid, ACTIVATED),
        "hardSwish": activation(F.hardswish, ACTIVATED),
        "gelu": activation(F.gelu, [-4, -1.5, -0.3, 0, 1e-4, 0.7, 2, 9]),
    },
    "batchNorm": [
        {"shape": shape, "training": batch_norm(shape, True), "inference": batch_norm(shape, False)}
        for shape in BATCH_NORMS
    ],
    "layerNorm": [{"shape": shape} | layer_norm(shape) for shape in LAYER_NORMS],
    "attention": [case | attention(**case) for case in ATTENTIONS],
    "dense": numbers(waves([2, 2, 3]) @ waves([3, 2]) + waves([2])),
    "adam": {"plain": adam(1, 0), "decayed": adam(0.25, 0.01)[-1]},
}
print(json.dumps(expected, ensure_ascii=False))
