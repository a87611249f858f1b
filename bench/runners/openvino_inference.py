"""Forward passes of OpenVINO."""

import openvino

import formula
import serve

job = serve.job()
images = formula.images(job["batchSize"], job["size"])
targets = formula.targets(job["batchSize"], job["classes"])
core = openvino.Core()
hints = {
    "INFERENCE_NUM_THREADS": job["threads"],
    "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[job["precision"]],
}
model = core.compile_model(core.read_model(job["onnx"]), "CPU", hints)

serve.serve(
    lambda: model([images])[0],
    {"openvino": openvino.__version__},
    lambda logits: formula.cross_entropy(logits, targets),
)
