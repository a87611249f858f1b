"""What timm says of its vision transformers, as JSON: logits with the formula's weights, parameters, resized position embeddings."""

import json
import pathlib
import sys

import torch
import torchvision_beside  # noqa: F401
import timm
from timm.layers import resample_abs_pos_embed

sys.path.append(str(pathlib.Path(__file__).parents[1] / "parity"))
from make_reference import fill, uniform  # noqa: E402


def logits(name):
    model = timm.create_model(name, in_chans=1, num_classes=15).double().eval()
    image = torch.from_numpy(uniform("image", 224 * 224)).reshape(1, 1, 224, 224)
    with torch.no_grad():
        return fill(model)(image)[0].tolist()


def parameters(name):
    model = timm.create_model(name, in_chans=1, num_classes=15)
    return {name: parameter.numel() for name, parameter in model.named_parameters()}


def resized(old, new, channels):
    count = (1 + old[0] * old[1]) * channels
    embedding = torch.from_numpy(uniform("embedding", count)).reshape(1, -1, channels)
    return resample_abs_pos_embed(embedding, new_size=new, old_size=old).flatten().tolist()


asked = json.loads(sys.argv[1])
print(json.dumps({
    "logits": {name: logits(name) for name in asked["logits"]},
    "parameters": {name: parameters(name) for name in asked["parameters"]},
    "resized": [resized(*grids) for grids in asked["resized"]],
}))
