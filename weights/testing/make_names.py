"""Writes `library_names.json`: what the libraries' own models call their tensors, and of which shapes, as a digest for each model.

    python weights/testing/make_names.py > weights/testing/library_names.json

It needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, torchxrayvision 1.5.7, transformers 5.23.0 and monai 1.6.1, which
`deno task test:interop` installs.
"""

import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "interop"))

import torch
import torchvision_beside  # noqa: F401
import timm
import torchvision
import torchxrayvision
from monai.networks import nets
from transformers import ConvNextConfig, ConvNextForImageClassification, ResNetConfig, ResNetForImageClassification

VGG = [f"vgg{depth}{norm}" for norm in ("", "_bn") for depth in (11, 13, 16, 19)]
RESNET = [f"resnet{depth}" for depth in (18, 34, 50, 101, 152)]
DENSENET = [f"densenet{depth}" for depth in (121, 161, 169, 201)]
VIT = ["vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224", "vit_base_patch14_dinov2"]
BLOCKS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}


def torchvision_models():
    plain = ["mobilenet_v3_large", "mobilenet_v3_small", "efficientnet_b0", "convnext_tiny"]
    for name in ["alexnet", *VGG, *RESNET, *DENSENET, *plain]:
        yield name, torchvision.models.get_model(name, weights=None)
    yield "vit_base_patch16_224", torchvision.models.vit_b_16(weights=None)


def timm_models():
    for name in [*VGG, *RESNET, *DENSENET, "efficientnet_b0", "convnext_tiny", *VIT]:
        yield name, timm.create_model(name, num_classes=1000)


def huggingface_models():
    for depth, blocks in BLOCKS.items():
        kind = {"layer_type": "basic", "hidden_sizes": [64, 128, 256, 512]} if depth < 50 else {}
        config = ResNetConfig(num_labels=1000, depths=blocks, **kind)
        yield f"resnet{depth}", ResNetForImageClassification(config)
    yield "convnext_tiny", ConvNextForImageClassification(ConvNextConfig(num_labels=1000))


def monai_models():
    for name in ("densenet121", "densenet169", "densenet201"):
        yield name, getattr(nets, f"DenseNet{name[8:]}")(spatial_dims=2, in_channels=3, out_channels=1000)
    for name in RESNET:
        yield name, getattr(nets, name)(spatial_dims=2, n_input_channels=3, num_classes=1000)


def torchxrayvision_models():
    yield "densenet121", torchxrayvision.models.DenseNet(in_channels=3, num_classes=1000)


def digest(model):
    """Of all names and shapes, but for what is no weight."""
    aside = ("mask_token", "op_threshs")
    state = {name: tensor for name, tensor in model.state_dict().items() if not name.endswith(aside)}
    lines = sorted(f"{name} [{', '.join(str(size) for size in tensor.shape)}]" for name, tensor in state.items())
    return f"{len(lines)} tensors, {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


libraries = {
    "torchvision": torchvision_models,
    "timm": timm_models,
    "torchxrayvision": torchxrayvision_models,
    "huggingface": huggingface_models,
    "monai": monai_models,
}
with torch.device("meta"):  # no first weights are drawn
    names = {library: {name: digest(model) for name, model in models()} for library, models in libraries.items()}
print(json.dumps(names, indent=2))
