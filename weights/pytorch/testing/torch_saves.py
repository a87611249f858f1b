"""
Files of torch.save in the forms that programs leave behind, for the tests of this folder: one small model, its state dict `plain`, and what
wraps it. Prints JSON, each file deflated (zlib) in base64.

    python weights/pytorch/testing/torch_saves.py > weights/pytorch/testing/torch_saves.json     # PyTorch 2.13.0, NumPy 2.4.6
"""

import argparse
import base64
import collections
import datetime
import decimal
import enum
import json
import pathlib
import tempfile
import zlib

import numpy
import torch
from torch.optim.swa_utils import AveragedModel
from torch.serialization import set_crc32_options


class Mode(enum.Enum):
    TRAIN = 1


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Conv2d(1, 2, 1, bias=False)
        self.bn = torch.nn.BatchNorm2d(2)
        self.head = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.bn(self.stem(x)).flatten(1))


torch.manual_seed(20)
net = Net()
net.bn.running_mean.normal_()
net.bn.running_var.uniform_(0.5, 1.5)
state = net.state_dict()
optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(3, 1, 1, 2)).sum().backward()
optimizer.step()
net.load_state_dict(state := {name: tensor.clone() for name, tensor in state.items()})

folder = pathlib.Path(tempfile.mkdtemp())
files = {}


def save(name, value, stem=None, **options):
    path = folder / f"{stem or name}.pt"
    torch.save(value, path, **options)
    files[name] = base64.b64encode(zlib.compress(path.read_bytes(), 9)).decode()


def prefixed(prefix, state=state):
    return {prefix + name: tensor for name, tensor in state.items()}


save("plain", state)
save("stem of 21", state, stem="checkpoint_epoch_0010")
save("legacy", collections.OrderedDict(state), _use_new_zipfile_serialization=False)
save("compiled", torch.compile(net).state_dict())
save("averaged", AveragedModel(net).state_dict())
save("lightning", {
    "epoch": 3,
    "global_step": 2**60,
    "state_dict": {**prefixed("model._orig_mod."), "criterion.pos_weight": torch.ones(2), "val_auroc.thresholds": torch.ones(9)},
    "optimizer_states": [optimizer.state_dict()],
    "hyper_parameters": argparse.Namespace(lr=1e-4, folder=pathlib.PurePosixPath("data"), mode=Mode.TRAIN),
    "when": datetime.datetime(2025, 1, 31, tzinfo=datetime.timezone.utc),
    "price": decimal.Decimal("0.1"),
    "best": numpy.float64(0.8),
    "curve": numpy.linspace(0, 1, 3),
    "labels": {"Mass", "Nodule"},
})
save("legacy with objects", {
    "model": prefixed("module."),
    "args": argparse.Namespace(lr=1e-4, mode=Mode.TRAIN),
    "phase": torch.zeros(3, dtype=torch.complex64),
    "optimizer": optimizer.state_dict(),
}, _use_new_zipfile_serialization=False)
save("twice", {"state_dict": prefixed("module."), "state_dict_ema": {name: tensor + 1 for name, tensor in state.items()}})
save("one storage", torch.nn.utils.vector_to_parameters(flat := torch.cat([t.flatten() for t in net.parameters()]), net.parameters()) or net.state_dict())
net.load_state_dict(state)
save("whole", net)
save("legacy whole", net, _use_new_zipfile_serialization=False)
set_crc32_options(False)
save("no checksums", state)
print(json.dumps(files))
