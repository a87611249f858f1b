"""Models of the libraries themselves: `save` writes their weights and prints their outputs, `load` takes weights back."""

import json
import pathlib
import sys
import zlib

import numpy
import torch
import torchvision_beside  # noqa: F401
import timm
import torchvision
import torchxrayvision
from monai.networks import nets
from safetensors.torch import save_file
from transformers import (
    ConvNextConfig,
    ConvNextForImageClassification,
    Dinov2Config,
    Dinov2Model,
    ResNetConfig,
    ResNetForImageClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)


def build(library, model, side, **_):
    if library == "torchvision":
        options = {"image_size": side} if model.startswith("vit") else {}
        return torchvision.models.get_model(model, weights=None, **options)
    if library == "timm":
        options = {"img_size": side} if model.startswith("vit") else {}
        return timm.create_model(model, **options)
    if library == "torchxrayvision":
        return torchxrayvision.models.DenseNet()
    if library == "monai" and model == "densenet121":
        return nets.DenseNet121(spatial_dims=2, in_channels=3, out_channels=1000)
    if library == "monai":
        return nets.resnet18(spatial_dims=2, n_input_channels=3, num_classes=1000, conv1_t_stride=2)
    if model == "dinov2":
        return Dinov2Model(Dinov2Config(image_size=side))
    if model == "resnet18":
        basic = {"layer_type": "basic", "depths": [2, 2, 2, 2], "hidden_sizes": [64, 128, 256, 512]}
        return ResNetForImageClassification(ResNetConfig(num_labels=1000, **basic))
    if model == "resnet50":
        return ResNetForImageClassification(ResNetConfig(num_labels=1000))
    if model == "convnext_tiny":
        return ConvNextForImageClassification(ConvNextConfig(num_labels=1000))
    tiny = {"hidden_size": 192, "num_attention_heads": 3, "intermediate_size": 768}
    return ViTForImageClassification(ViTConfig(num_labels=1000, image_size=side, **tiny))


def value(name, tensor):
    """As large as trained ones: what goes through stays about as large as it is."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if tensor.ndim > 1 and name.endswith("weight"):
        return torch.randn(tensor.shape) * (2 / tensor[0].numel()) ** 0.5
    if name.endswith(("weight", "running_var", "gamma", "lambda1", "layer_scale", "layer_scale_parameter")):
        return 0.5 + torch.rand(tensor.shape)
    return 0.1 * torch.randn(tensor.shape)


def filled(subject):
    with torch.device("meta"):  # no first weights are drawn
        model = build(**subject)
    torch.manual_seed(zlib.crc32(f"{subject['library']} {subject['model']}".encode()))
    state = {name: value(name, tensor) for name, tensor in model.state_dict().items()}
    model.load_state_dict(state, assign=True)
    return model.eval()


def ends(library, model, filled):
    """What black and white are to the published weights, `[2][C]`; null where the library does not say."""
    if library == "torchxrayvision":
        return [[value] for value in torchxrayvision.datasets.normalize(numpy.array([0, 255]), 255).tolist()]
    if library == "torchvision":
        scale = torchvision.models.get_model_weights(model).DEFAULT.transforms()
        mean, std = scale.mean, scale.std
    elif library == "monai":
        mean, std = [0.0] * 3, [1.0] * 3  # ScaleIntensity
    elif library == "timm":
        mean, std = filled.default_cfg["mean"], filled.default_cfg["std"]
    elif model == "vit":
        processor = ViTImageProcessor()
        mean, std = processor.image_mean, processor.image_std
    else:
        return None
    return [[(value - m) / s for m, s in zip(mean, std)] for value in (0, 1)]


@torch.no_grad()
def save(path, subject):
    """
    Writes the weights, as the library's published ones are kept. The outputs for a batch of one image, `[H, W, C]` of sin(1), sin(2), …,
    and the ends of the range.
    """
    model, library, side = filled(subject), subject["library"], subject["side"]
    channels = 1 if library == "torchxrayvision" else 3
    image = torch.sin(torch.arange(1, side * side * channels + 1, dtype=torch.float64)).float()
    outputs = model(image.reshape(1, side, side, channels).permute(0, 3, 1, 2))
    if library == "huggingface":
        model.save_pretrained(path)
        if subject.get("plain"):
            torch.save(model.state_dict(), f"{path}.pth")
        outputs = outputs.pooler_output if subject["model"] == "dinov2" else outputs.logits
    elif library == "timm":
        save_file(model.state_dict(), f"{path}.safetensors")
    else:
        thresholds = {"op_threshs": torch.rand(18)} if library == "torchxrayvision" else {}
        torch.save({**model.state_dict(), **thresholds}, f"{path}.pth")
    return {"outputs": outputs[0].tolist(), "ends": ends(library, subject["model"], model)}


def load(path, subject):
    """The tensors that are not what they were."""
    wanted = filled(subject).state_dict()
    if subject["library"] == "huggingface":
        model, info = type(build(**subject)).from_pretrained(path, output_loading_info=True)
        # no image has it: it stands for patches that are left out in pretraining
        unseen = {name for name in wanted if name.endswith("mask_token")}
        assert set(info["missing_keys"]) == unseen, info
        assert not info["unexpected_keys"] and not info["mismatched_keys"], info
        wanted = {name: tensor for name, tensor in wanted.items() if name not in unseen}
    else:
        with torch.device("meta"):
            model = build(**subject)
        model.load_state_dict(torch.load(f"{path}.back.pt", weights_only=True), strict=True, assign=True)
    got = model.state_dict()
    return [name for name in wanted if not torch.equal(got[name], wanted[name])]


action, folder, subjects = sys.argv[1:]
run = {"save": save, "load": load}[action]
print(json.dumps([
    run(str(pathlib.Path(folder, str(i))), subject) for i, subject in enumerate(json.loads(subjects))
]))
