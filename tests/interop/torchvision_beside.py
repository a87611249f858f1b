"""Imported before torchvision: beside a PyTorch of another build it has none of its own operators, and asks for two of them."""

import torch

for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
