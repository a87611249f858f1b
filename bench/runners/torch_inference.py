"""Forward passes of PyTorch."""

import torch

import formula
import serve
import torch_model

job = serve.job()
model, images = torch_model.prepare(job)
model.eval()
targets = formula.targets(job["batchSize"], job["classes"])
if job["form"] == "optimized":
    with torch.no_grad():
        model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, images)))
elif job["form"] == "compiled":
    model = torch.compile(model)


def step():
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=job["precision"] == "bfloat16"):
        return model(images)


serve.serve(step, torch_model.BUILDS, lambda logits: formula.cross_entropy(logits.float().numpy(), targets))
