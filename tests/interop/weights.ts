/** Weights that PyTorch wrote come in, and go out to it again, bit for bit. */
import "../cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { compile } from "../../dsl/compile/compile.ts";
import { readFitted } from "../../weights/checkpoint/model_weights.ts";
import { buildModel, registry } from "../../models/registry.ts";
import { fitWeights } from "../../weights/matching/fit.ts";
import { defaultLibrary } from "../../weights/names/naming.ts";
import { writePytorch } from "../../weights/pytorch/pytorch_writer.ts";
import { renameWeights } from "../../weights/matching/rename_weights.ts";
import { writeSafetensors } from "../../weights/safetensors/safetensors.ts";
import { openWeights } from "../../weights/open_weights.ts";
import { noise } from "../parity/formula.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { pythonText } from "./python.ts";

const generator = new URL("../parity/", import.meta.url).pathname;

const pixel = noise("image");

/** Saves a model in each way, and prints its logits of an image. */
const save = `
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np, torch
from safetensors.torch import save_file
from make_reference import build, fill, uniform
folder, name = sys.argv[2:]
model = fill(build(name)).eval()
state = model.state_dict()
torch.save(state, f"{folder}/plain.pth")
nested = {f"module.{key}": value.to(memory_format=torch.channels_last) if value.ndim == 4 else value
          for key, value in state.items()}
torch.save({"epoch": 3, "optimizer": {"lr": 0.1, "betas": (0.9, 0.999)}, "state_dict": nested}, f"{folder}/nested.pt")
save_file(state, f"{folder}/plain.safetensors")
np.savez(f"{folder}/plain.npz", **{key: value.numpy() for key, value in state.items()})
image = torch.from_numpy(uniform("image", 64 * 64)).reshape(1, 1, 64, 64).float()
with torch.no_grad():
    print(json.dumps(model(image)[0].tolist()))
`;

/** Loads a model back, and says which tensors are not what they were. */
const load = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from safetensors.torch import load_file
from make_reference import build, fill
folder, name = sys.argv[2:]
wanted = fill(build(name)).state_dict()
for state in (torch.load(f"{folder}/out.pt", weights_only=True), torch.load(f"{folder}/out.pt", weights_only=True, mmap=True),
              load_file(f"{folder}/out.safetensors")):
    model = build(name)
    model.load_state_dict(state, strict=True)
    got = model.state_dict()
    tracked = [key for key in wanted if key.endswith("num_batches_tracked")]
    assert list(got) == list(wanted) and all(got[key] == 7 for key in tracked)
    print([key for key in wanted if key not in tracked and not torch.equal(got[key], wanted[key])])
`;

for (const name of ["alexnet", "resnet18", "vgg11"]) {
  Deno.test(`PyTorch's ${name} comes in four ways and goes out in two, bit for bit`, async () => {
    using folder = temporaryFolder();
    const expected: number[] = JSON.parse(await pythonText(save, generator, folder.path, name));
    const model = compile(buildModel(name, { numClasses: 15 }), { input: [64, 64, 1] }),
      { weightNames } = registry[name];
    for (const source of ["plain.pth", "nested.pt", "plain.safetensors", "plain.npz"]) {
      using file = await openWeights(folder.file(source));
      const fit = fitWeights(file, { model, name, weightNames, strict: true, library: "torchvision" });
      const weights = await readFitted(fit, model, 0);
      const logits = tf.tidy(() => {
        const image = tf.tensor4d(Float32Array.from({ length: 64 * 64 }, (_, i) => pixel(i)), [1, 64, 64, 1]);
        return [...model.apply(weights, image, { training: false }).output.dataSync()];
      });
      tf.dispose({ ...weights });
      const largest = Math.max(...expected.map(Math.abs));
      logits.forEach((logit, i) => assert(Math.abs(logit - expected[i]) <= 1e-4 * largest, `${source}, label ${i}`));
    }
    using file = await openWeights(folder.file("plain.pth"));
    const { read } = fitWeights(file, { model, name, weightNames, library: "torchvision" });
    const tensors = renameWeights({ model, name, weightNames, library: defaultLibrary(weightNames), step: 7, read });
    await writePytorch(folder.file("out.pt"), tensors);
    await writeSafetensors(folder.file("out.safetensors"), tensors, { format: "pt" });
    assertEquals(await pythonText(load, generator, folder.path, name), "[]\n[]\n[]\n");
  });
}
