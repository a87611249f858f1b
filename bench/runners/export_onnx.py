"""Writes the model of a job as the ONNX file that it names, from PyTorch; it is then ready, and ends."""

import onnx
import torch

import serve
import torch_model

job = serve.job()
model, images = torch_model.prepare({**job, "format": "nchw"})
torch.onnx.export(model.eval(), images, job["onnx"], dynamo=False)
serve.serve(lambda: 0, {"onnx": onnx.__version__, **torch_model.BUILDS})
