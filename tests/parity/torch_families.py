"""Convolutional families with torchvision's parameter names: DenseNet, MobileNetV3, EfficientNet, ConvNeXt. Without dropout."""

from collections import OrderedDict
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F


class DenseLayer(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], 1)


def densenet(counts, channels, classes):
    bare = lambda a, b, kernel, stride=1: nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False)
    features, width = nn.Sequential(OrderedDict(
        conv0=bare(channels, 64, 7, 2), norm0=nn.BatchNorm2d(64), relu0=nn.ReLU(), pool0=nn.MaxPool2d(3, 2, 1),
    )), 64
    for i, count in enumerate(counts, 1):
        block = nn.Sequential()
        for layer in range(1, count + 1):
            block.add_module(f"denselayer{layer}", DenseLayer(OrderedDict(
                norm1=nn.BatchNorm2d(width), relu1=nn.ReLU(), conv1=bare(width, 128, 1),
                norm2=nn.BatchNorm2d(128), relu2=nn.ReLU(), conv2=bare(128, 32, 3),
            )))
            width += 32
        features.add_module(f"denseblock{i}", block)
        if i < len(counts):
            features.add_module(f"transition{i}", nn.Sequential(OrderedDict(
                norm=nn.BatchNorm2d(width), relu=nn.ReLU(), conv=bare(width, width // 2, 1), pool=nn.AvgPool2d(2),
            )))
            width //= 2
    features.add_module("norm5", nn.BatchNorm2d(width))
    return nn.Sequential(OrderedDict(
        features=features, relu=nn.ReLU(), avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(),
        classifier=nn.Linear(width, classes),
    ))


class Excitation(nn.Module):
    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)
        self.activation, self.gate = activation(), gate()

    def forward(self, x):
        return x * self.gate(self.fc2(self.activation(self.fc1(F.adaptive_avg_pool2d(x, 1)))))


class Inverted(nn.Module):
    """An inverted residual block: parts under the name `block`, and x where the shape stays."""

    def __init__(self, parts, shortcut):
        super().__init__()
        self.block, self.shortcut = nn.Sequential(*parts), shortcut

    def forward(self, x):
        return x + self.block(x) if self.shortcut else self.block(x)


def unit(norm, inputs, filters, kernel, stride=1, groups=1, activation=None):
    conv = nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, norm(filters), *([activation()] if activation else []))


def inverted(norm, inputs, expanded, filters, kernel, stride, activation, squeeze):
    parts = [unit(norm, inputs, expanded, 1, activation=activation)] if expanded != inputs else []
    parts.append(unit(norm, expanded, expanded, kernel, stride, expanded, activation))
    parts += [squeeze] if squeeze else []
    return Inverted([*parts, unit(norm, expanded, filters, 1)], stride == 1 and inputs == filters)


def pooled(features, classifier):
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(*features), avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(),
        classifier=nn.Sequential(*classifier),
    ))


def efficientnet_b0(channels, classes):
    norm, act, width = nn.BatchNorm2d, nn.SiLU, 32
    features = [unit(norm, channels, 32, 3, 2, activation=act)]
    for expansion, kernel, stride, filters, layers in (
        (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3),
        (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
    ):
        blocks = []
        for i in range(layers):
            squeeze = Excitation(width * expansion, width // 4, act, nn.Sigmoid)
            blocks.append(inverted(norm, width, width * expansion, filters, kernel, 1 if i else stride, act, squeeze))
            width = filters
        features.append(nn.Sequential(*blocks))
    features.append(unit(norm, width, 4 * width, 1, activation=act))
    return pooled(features, [nn.Dropout(0), nn.Linear(4 * width, classes)])


# kernel, expanded, filters, squeezed, hard swish, stride
MOBILENET = {
    "mobilenet_v3_large": (1280, (
        (3, 16, 16, 0, 0, 1), (3, 64, 24, 0, 0, 2), (3, 72, 24, 0, 0, 1), (5, 72, 40, 24, 0, 2),
        (5, 120, 40, 32, 0, 1), (5, 120, 40, 32, 0, 1), (3, 240, 80, 0, 1, 2), (3, 200, 80, 0, 1, 1),
        (3, 184, 80, 0, 1, 1), (3, 184, 80, 0, 1, 1), (3, 480, 112, 120, 1, 1), (3, 672, 112, 168, 1, 1),
        (5, 672, 160, 168, 1, 2), (5, 960, 160, 240, 1, 1), (5, 960, 160, 240, 1, 1),
    )),
    "mobilenet_v3_small": (1024, (
        (3, 16, 16, 8, 0, 2), (3, 72, 24, 0, 0, 2), (3, 88, 24, 0, 0, 1), (5, 96, 40, 24, 1, 2),
        (5, 240, 40, 64, 1, 1), (5, 240, 40, 64, 1, 1), (5, 120, 48, 32, 1, 1), (5, 144, 48, 40, 1, 1),
        (5, 288, 96, 72, 1, 2), (5, 576, 96, 144, 1, 1), (5, 576, 96, 144, 1, 1),
    )),
}


def mobilenet(head, rows, channels, classes):
    norm, width = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01), 16
    features = [unit(norm, channels, 16, 3, 2, activation=nn.Hardswish)]
    for kernel, expanded, filters, squeezed, hard, stride in rows:
        squeeze = Excitation(expanded, squeezed, nn.ReLU, nn.Hardsigmoid) if squeezed else None
        activation = nn.Hardswish if hard else nn.ReLU
        features.append(inverted(norm, width, expanded, filters, kernel, stride, activation, squeeze))
        width = filters
    features.append(unit(norm, width, 6 * width, 1, activation=nn.Hardswish))
    return pooled(features, [nn.Linear(6 * width, head), nn.Hardswish(), nn.Dropout(0), nn.Linear(head, classes)])


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Permute(nn.Module):
    def __init__(self, *axes):
        super().__init__()
        self.axes = axes

    def forward(self, x):
        return x.permute(self.axes)


class ConvNextBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer_scale = nn.Parameter(torch.ones(width, 1, 1))
        self.block = nn.Sequential(
            nn.Conv2d(width, width, 7, padding=3, groups=width), Permute(0, 2, 3, 1), nn.LayerNorm(width, 1e-6),
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), Permute(0, 3, 1, 2),
        )

    def forward(self, x):
        return x + self.layer_scale * self.block(x)


def convnext(widths, counts, channels, classes):
    features = []
    for i, (width, count) in enumerate(zip(widths, counts)):
        norm = LayerNorm2d(widths[max(0, i - 1)], 1e-6)
        conv = nn.Conv2d(widths[i - 1], width, 2, 2) if i else nn.Conv2d(channels, width, 4, 4)
        features.append(nn.Sequential(*((norm, conv) if i else (conv, norm))))
        features.append(nn.Sequential(*(ConvNextBlock(width) for _ in range(count))))
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(*features), avgpool=nn.AdaptiveAvgPool2d(1),
        classifier=nn.Sequential(LayerNorm2d(widths[-1], 1e-6), nn.Flatten(), nn.Linear(widths[-1], classes)),
    ))


FAMILIES = {
    "densenet121": partial(densenet, (6, 12, 24, 16)),
    **{name: partial(mobilenet, *rows) for name, rows in MOBILENET.items()},
    "efficientnet_b0": efficientnet_b0,
    "convnext_tiny": partial(convnext, (96, 192, 384, 768), (3, 3, 9, 3)),
}
