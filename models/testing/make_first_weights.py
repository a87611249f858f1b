"""Writes `first_weights.json`: how torchvision and timm draw the first weights of one model a family, and its constants.

    python models/testing/make_first_weights.py > models/testing/first_weights.json

For the first and the last tensor of each kind, its mean and standard deviation; of the layers, epsilons, momenta and rates.
It needs torch 2.13.0, torchvision 0.28.0 and timm 1.0.31, which `deno task test:interop` installs.
"""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "interop"))

import torch
import torchvision_beside  # noqa: F401
import timm
import torchvision

MODELS = {
    "torchvision": [
        *("alexnet", "vgg11_bn", "resnet18", "densenet121"),
        *("mobilenet_v3_small", "efficientnet_b0", "convnext_tiny"),
    ],
    "timm": ["vit_tiny_patch16_224", "vit_base_patch14_dinov2"],
}


def build(library, name):
    torch.manual_seed(0)
    if library == "timm":
        return timm.create_model(name, num_classes=1000)
    return torchvision.models.get_model(name, weights=None)


def weights(model):
    kinds = {}
    for name, tensor in model.state_dict().items():
        if not name.endswith(("num_batches_tracked", "mask_token")):
            kinds.setdefault(re.sub(r"\d+", "#", name), []).append((name, tensor.double()))
    chosen = {name: tensor for tensors in kinds.values() for name, tensor in (tensors[0], tensors[-1])}
    return {
        name: [float(f"{value:.4g}") for value in (tensor.mean().item(), tensor.std(correction=0).item())]
        for name, tensor in chosen.items()
    }


def constants(model):
    found = {"batchNorm": set(), "layerNorm": set(), "dropout": [], "stochasticDepth": []}
    modules = list(model.modules())
    # torchvision makes one for blocks without a residual too, and does not call it
    unused = {id(module.stochastic_depth) for module in modules if getattr(module, "use_res_connect", True) is False
              and hasattr(module, "stochastic_depth")}
    for module in modules:
        if isinstance(module, torch.nn.BatchNorm2d):
            found["batchNorm"].add((module.eps, module.momentum))
        if isinstance(module, torch.nn.LayerNorm):
            found["layerNorm"].add(module.eps)
        if isinstance(module, torch.nn.Dropout) and module.p > 0:
            found["dropout"].append(module.p)
        if isinstance(module, torchvision.ops.StochasticDepth) and module.p > 0 and id(module) not in unused:
            found["stochasticDepth"].append(float(f"{module.p:.6g}"))
    return {kind: sorted(values) for kind, values in found.items()}


print(json.dumps({
    library: {name: {"weights": weights(model), **constants(model)} for name in names for model in [build(library, name)]}
    for library, names in MODELS.items()
}))
