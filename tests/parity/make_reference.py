"""Makes reference.json, the golden numbers of the parity tests: PyTorch in float64.

    pip install torch==2.13.0 numpy
    python3 make_reference.py > reference.json && deno fmt reference.json     (about 10 minutes on 2 cores)

Weights, images and targets are in no file: both sides compute them from one formula, here and in formula.ts. `uniform(name, n)` is
hash noise in [-1, 1), indexed in PyTorch's layout. A mode "eval" is a forward pass; "train" is steps of the recipe:
BCE-with-logits, clipping to norm 1, weight decay 1e-4 added to the gradient, Adam at 5e-5; dropout off. Three steps, and five
of ResNet-18 and AlexNet.

"float32_error" is how far PyTorch's own float32 is from these numbers, max|d| / max|value|, the larger of its two memory formats:
what rounding alone does to a value. Adam's first steps are close to the signs of the gradient, so the smallest of its elements,
whose sign is noise, move the weights as far as all others.

"float32_error_one_thread" is the same on one thread. There oneDNN's batch norm adds up all pixels of a channel in one sum, in place
of one for each thread: over MobileNet's first 2x112x112 pixels its variance is off by 9e-6 in place of 3e-6, and the gradients of
its first filters, which nearly cancel, by sixteen times as much.
"""

import json
import math
import sys
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from torch_families import FAMILIES

THREADS = torch.get_num_threads()

VGG = {"vgg11": (1, 1, 2, 2, 2), "vgg13": (2, 2, 2, 2, 2), "vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
RESNET = {
    "resnet18": (1, (2, 2, 2, 2)),
    "resnet34": (1, (3, 4, 6, 3)),
    "resnet50": (4, (3, 4, 6, 3)),
    "resnet101": (4, (3, 4, 23, 3)),
    "resnet152": (4, (3, 8, 36, 3)),
}
VIT = {  # width, depth, heads, as timm has them
    "vit_tiny_patch16_224": (192, 12, 3),
    "vit_small_patch16_224": (384, 12, 6),
    "vit_base_patch16_224": (768, 12, 12),
}
ALIASES = {"vit_pt": "vit_tiny_patch16_224"}
# Without salt, units of MobileNetV3-Large's blocks stand within 2e-7 of a ReLU's edge, and flip in float32.
SALT, SALTED = "another ", ("vgg16", "resnet18", "vit_tiny_patch16_224", "mobilenet_v3_large")
REFERENCE = (
    *("alexnet", "vgg11", "vgg16", "resnet18", "resnet34", "resnet50", "vit_tiny_patch16_224"),
    *(name for name in FAMILIES if name != "mobilenet_v3_large"),
)


def conv_relu(*args, **kwargs):
    return [nn.Conv2d(*args, **kwargs), nn.ReLU()]


def classifier(inputs, classes, *, dropout_first):
    """Three linear layers; AlexNet drops before them, VGG after their activations."""
    drop = lambda: nn.Dropout(0)
    first, second = nn.Linear(inputs, 4096), nn.Linear(4096, 4096)
    if dropout_first:
        return nn.Sequential(drop(), first, nn.ReLU(), drop(), second, nn.ReLU(), nn.Linear(4096, classes))
    return nn.Sequential(first, nn.ReLU(), drop(), second, nn.ReLU(), drop(), nn.Linear(4096, classes))


def plain(features, size, width, classes, dropout_first):
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(*features),
        avgpool=nn.AdaptiveAvgPool2d(size),
        flatten=nn.Flatten(),
        classifier=classifier(width * size * size, classes, dropout_first=dropout_first),
    ))


def alexnet(channels, classes):
    features = [
        *conv_relu(channels, 64, 11, stride=4, padding=2), nn.MaxPool2d(3, 2),
        *conv_relu(64, 192, 5, padding=2), nn.MaxPool2d(3, 2),
        *conv_relu(192, 384, 3, padding=1), *conv_relu(384, 256, 3, padding=1), *conv_relu(256, 256, 3, padding=1),
        nn.MaxPool2d(3, 2),
    ]
    return plain(features, 6, 256, classes, dropout_first=True)


def vgg(counts, channels, classes):
    features, width = [], channels
    for count, filters in zip(counts, (64, 128, 256, 512, 512)):
        for _ in range(count):
            features += conv_relu(width, filters, 3, padding=1)
            width = filters
        features.append(nn.MaxPool2d(2))
    return plain(features, 7, 512, classes, dropout_first=False)


class Block(nn.Module):
    """A residual block with torchvision's names; expansion 4 is the bottleneck, its stride on the 3x3."""

    def __init__(self, inputs, filters, stride, expansion):
        super().__init__()
        outputs = filters * expansion
        bare = lambda a, b, kernel, step=1: nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False)
        if expansion == 1:
            convs = [bare(inputs, filters, 3, stride), bare(filters, filters, 3)]
        else:
            convs = [bare(inputs, filters, 1), bare(filters, filters, 3, stride), bare(filters, outputs, 1)]
        self.depth = len(convs)
        for i, conv in enumerate(convs, 1):
            self.add_module(f"conv{i}", conv)
            self.add_module(f"bn{i}", nn.BatchNorm2d(conv.out_channels))
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(bare(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        y = x
        for i in range(1, self.depth + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            y = F.relu(y) if i < self.depth else y
        return F.relu(y + self.downsample(x))


def resnet(expansion, counts, channels, classes):
    parts = OrderedDict(
        conv1=nn.Conv2d(channels, 64, 7, 2, 3, bias=False), bn1=nn.BatchNorm2d(64), relu=nn.ReLU(),
        maxpool=nn.MaxPool2d(3, 2, 1),
    )
    width = 64
    for stage, count in enumerate(counts):
        blocks = []
        for i in range(count):
            blocks.append(Block(width, 64 << stage, 2 if stage and i == 0 else 1, expansion))
            width = (64 << stage) * expansion
        parts[f"layer{stage + 1}"] = nn.Sequential(*blocks)
    parts.update(avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(width, classes))
    return nn.Sequential(parts)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*qkv.unbind(0))
        return self.proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Encoder(nn.Module):
    """A block of a vision transformer with timm's names."""

    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, 1e-6), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, 1e-6)
        self.mlp = nn.Sequential(OrderedDict(
            fc1=nn.Linear(width, 4 * width), act=nn.GELU(), fc2=nn.Linear(4 * width, width),
        ))

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Vit(nn.Module):
    def __init__(self, width, depth, heads, channels, classes):
        super().__init__()
        self.patch_embed = nn.Sequential(OrderedDict(proj=nn.Conv2d(channels, width, 16, 16)))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 197, width))
        self.blocks = nn.Sequential(*(Encoder(width, heads) for _ in range(depth)))
        self.norm, self.head = nn.LayerNorm(width, 1e-6), nn.Linear(width, classes)

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def build(name, channels=1, classes=15):
    name = ALIASES.get(name, name)
    if name in FAMILIES:
        return FAMILIES[name](channels, classes)
    if name in VIT:
        return Vit(*VIT[name], channels, classes)
    if name in VGG:
        return vgg(VGG[name], channels, classes)
    if name in RESNET:
        return resnet(*RESNET[name], channels, classes)
    if name == "alexnet":
        return alexnet(channels, classes)
    raise SystemExit(f"there is no {name} in PyTorch here")


def uniform(name, count):
    """Hash noise: fmix32 (MurmurHash3) of FNV-1a of the name plus the index, as a number in [-1, 1)."""
    offset = 2166136261
    for byte in name.encode():
        offset = (offset ^ byte) * 16777619 & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) + offset) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ x >> np.uint64(shift)) * np.uint64(factor) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return x.astype(np.float64) / 2**31 - 1


def fill(model, salt=""):
    """Gives every parameter and statistic its value by the formula; another salt gives others."""
    norms = {name for name, module in model.named_modules() if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))}
    for name, tensor in model.state_dict().items():
        owner, _, leaf = name.rpartition(".")
        if leaf == "num_batches_tracked":
            continue
        if leaf == "running_mean":
            center, spread = 0, 0.1
        elif leaf == "running_var":
            center, spread = 1, 0.5
        elif leaf == "bias":
            center, spread = 0, 0.05
        elif owner in norms:
            center, spread = 1, 0.1
        elif leaf == "layer_scale":
            center, spread = 1, 0.1
        elif leaf in ("cls_token", "pos_embed"):
            center, spread = 0, 0.02
        else:
            center, spread = 0, math.sqrt(3) * math.sqrt(2 / tensor[0].numel())
        values = center + spread * uniform(salt + name, tensor.numel())
        tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))
    return model


def run(name, dtype, memory_format, steps, salt):
    """All values of a model, at a precision."""
    image = torch.from_numpy(uniform("image", 2 * 224 * 224)).reshape(2, 1, 224, 224)
    target = torch.from_numpy((uniform("target", 30) > 0.5).astype(np.float64)).reshape(2, 15).to(dtype)
    image = image.to(dtype).contiguous(memory_format=memory_format)
    model = fill(build(name).to(dtype), salt).to(memory_format=memory_format)

    def logits():
        model.eval()
        with torch.no_grad():
            output = model(image)
        model.train()
        return output

    before = logits()
    result = {
        "parameters": sum(p.numel() for p in model.parameters()),
        "eval": {"logits": before.tolist(), "loss": F.binary_cross_entropy_with_logits(before, target).item()},
        "train": [],
    }
    adam = torch.optim.Adam(model.parameters(), lr=5e-5, weight_decay=1e-4)
    for step in range(steps):
        adam.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(image), target)
        loss.backward()
        if step == 0:
            result["gradient_norms"] = {n: p.grad.double().norm().item() for n, p in model.named_parameters()}
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()
        result["train"].append({"loss": loss.item(), "gradient_norm": norm.item()})
        if step == 2:
            result["logits_after_three_steps"] = logits().tolist()
    return result


def values(result):
    """The vectors that the tests compare, by name."""
    return {
        "logits": np.ravel(result["eval"]["logits"]),
        "gradient_norms": np.array(list(result["gradient_norms"].values())),
        "losses": np.array([step["loss"] for step in result["train"]]),
        "step_norms": np.array([step["gradient_norm"] for step in result["train"]]),
        "logits_after_three_steps": np.ravel(result["logits_after_three_steps"]),
    }


def float32_errors(name, exact, steps, salt, threads):
    """How far float32 is from the exact values, on as many threads."""
    errors = {}
    torch.set_num_threads(threads)
    for memory_format in (torch.contiguous_format, torch.channels_last):
        for key, rounded in values(run(name, torch.float32, memory_format, steps, salt)).items():
            value = values(exact)[key]
            errors[key] = max(errors.get(key, 0), float(np.abs(rounded - value).max() / np.abs(value).max()))
    return {key: float(f"{error:.1e}") for key, error in errors.items()}


def reference(name, salt=""):
    steps = 5 if name in ("alexnet", "resnet18") else 3
    torch.set_num_threads(THREADS)
    exact = run(name, torch.float64, torch.contiguous_format, steps, salt)
    return {
        **exact,
        "float32_error": float32_errors(name, exact, steps, salt, THREADS),
        "float32_error_one_thread": float32_errors(name, exact, steps, salt, 1),
    }


def main(names):
    counts = {
        name: sum(p.numel() for p in build(name, 3, 1000).parameters())
        for name in ("alexnet", *VGG, *RESNET, *VIT, *FAMILIES)
    }
    models = {name: reference(name) for name in REFERENCE if not names or name in names}
    salted = {"salt": SALT, "models": {name: reference(name, SALT) for name in SALTED if not names or name in names}}
    print(json.dumps({"parameters_3_channels_1000_classes": counts, "models": models, "salted": salted}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
