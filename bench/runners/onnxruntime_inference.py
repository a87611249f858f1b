"""Forward passes of onnxruntime."""

import onnxruntime

import formula
import serve

job = serve.job()
images = formula.images(job["batchSize"], job["size"])
targets = formula.targets(job["batchSize"], job["classes"])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = job["threads"]
session = onnxruntime.InferenceSession(job["onnx"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name

serve.serve(
    lambda: session.run(None, {name: images})[0],
    {"onnxruntime": onnxruntime.__version__},
    lambda logits: formula.cross_entropy(logits, targets),
)
