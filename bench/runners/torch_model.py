"""A model of the registry in PyTorch, filled by the formula."""

import pathlib
import sys

import torch
from torch import nn

import formula

sys.path.append(str(pathlib.Path(__file__).parents[2] / "tests" / "parity"))
import make_reference  # noqa: E402  the models of the parity tests


def build(name, classes):
    model = make_reference.build(name, 1, classes)
    for prefix, module in model.named_modules():
        norm = isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))
        for leaf, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            if leaf == "num_batches_tracked":
                continue
            path, shape = f"{prefix}.{leaf}".lstrip("."), tuple(tensor.shape)
            kind = {"weight": "scale", "running_mean": "mean", "running_var": "variance", "layer_scale": "scale"}.get(leaf, leaf)
            filled = formula.kernel(path, shape) if leaf == "weight" and not norm else (
                formula.values(path, shape, *formula.VECTORS[kind])
            )
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(filled))
    return model


FORMATS = {"nchw": torch.contiguous_format, "channels_last": torch.channels_last}


def prepare(job):
    """The model and the images of a job in its memory format, with as many threads as it says."""
    torch.set_num_threads(job["threads"])
    memory_format = FORMATS[job["format"]]
    model = build(job["model"], job["classes"]).to(memory_format=memory_format)
    images = torch.from_numpy(formula.images(job["batchSize"], job["size"])).contiguous(memory_format=memory_format)
    return model, images


BUILDS = {"torch": torch.__version__}
