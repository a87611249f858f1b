/** Checkpoints in the hands of Python's own safetensors. */
import { assertEquals } from "@std/assert";
import { writeSafetensors } from "../../weights/safetensors/safetensors.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { pythonText } from "./python.ts";

const read = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="numpy") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    print(json.dumps({
        "metadata": file.metadata(),
        "tensors": {name: [str(t.dtype), list(t.shape), t.ravel().tolist()] for name, t in tensors.items()},
    }))
`;

Deno.test("Python's safetensors reads what writeSafetensors wrote, names with slashes and metadata included", async () => {
  using folder = temporaryFolder();
  const path = folder.file("model.safetensors");
  await writeSafetensors(path, [
    { name: "layer1/0/kernel", shape: [2, 3], dtype: "F32", data: () => Float32Array.of(1, -2, 3.5, 0, 1e-30, 7) },
    { name: "step", shape: [1], dtype: "I64", data: () => BigInt64Array.of(12n) },
  ], { thorax: "0.1.0" });
  assertEquals(JSON.parse(await pythonText(read, path)), {
    metadata: { thorax: "0.1.0" },
    tensors: {
      "layer1/0/kernel": ["float32", [2, 3], [1, -2, 3.5, 0, Math.fround(1e-30), 7]],
      step: ["int64", [1], [12]],
    },
  });
});
