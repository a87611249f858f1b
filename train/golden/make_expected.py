"""Prints expected.json: the learning rates of PyTorch's ReduceLROnPlateau, from 1, after each of some validation
losses. Needs torch; then `deno fmt` it."""

import json

import torch

LOSSES = [1, 0.99995, 0.9999, 0.99985, 0.99991, 0.9, 0.95, 0.91, 0.9, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98]


def rates(losses, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule, found = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options), []
    for loss in losses:
        schedule.step(loss)
        found.append(optimizer.param_groups[0]["lr"])
    return found


reduce_on_plateau = {
    "defaults": rates(LOSSES, factor=0.5, patience=3),
    "small falls": rates([1, 0.99998, 0.99996, 0.99994, 0.99992], factor=0.5, patience=3),
    "larger falls": rates([1, 0.99989, 0.99978, 0.99967, 0.99956], factor=0.5, patience=3),
    "custom": rates([1, 0.6, 0.4, 0.3], factor=0.1, patience=0, threshold=0.5),
}
version = torch.__version__.split("+")[0]
print(json.dumps({"generator": f"make_expected.py, PyTorch {version}", "reduceOnPlateau": reduce_on_plateau}))
