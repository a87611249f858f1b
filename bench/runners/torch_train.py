"""Training steps of PyTorch: the document's own, and its best."""

import contextlib

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

import formula
import serve
import torch_model

job = serve.job()
model, images = torch_model.prepare(job)
model.train()
targets = torch.from_numpy(formula.targets(job["batchSize"], job["classes"]))
optimizer = torch.optim.Adam(
    model.parameters(),
    lr=job["learningRate"],
    weight_decay=job["weightDecay"],
    **({"fused": True} if job["fused"] else {}),
)
forward = torch.compile(model) if job.get("compile") else model
bfloat16 = job["precision"] == "bfloat16"


def step():
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16) if bfloat16 else contextlib.nullcontext():
        logits = forward(images)
    loss = binary_cross_entropy_with_logits(logits.float(), targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), job["maxNorm"])
    optimizer.step()
    return loss.item()


serve.serve(step, torch_model.BUILDS)
