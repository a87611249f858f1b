import { assertEquals } from "@std/assert";
import type { WeightNames } from "../names/naming.ts";
import { smallModel as model, weightsFile, whole } from "../testing/small_weights.ts";
import { fitWeights } from "./fit.ts";
import { renameWeights } from "./rename_weights.ts";

const named = (weightNames: WeightNames) => ({ model, name: "mine", weightNames });
const { read } = fitWeights(weightsFile(whole), { model, name: "mine" });

async function written(weightNames: WeightNames, step: number): Promise<Record<string, readonly [string, number[]]>> {
  const tensors = renameWeights({ ...named(weightNames), library: "torchvision", step, read });
  const entries: [string, readonly [string, number[]]][] = [];
  for (const { name, dtype, shape, data } of tensors) {
    entries.push([name, [`${dtype} [${shape}]`, Array.from(await data(), Number)]]);
  }
  return Object.fromEntries(entries);
}

Deno.test("renameWeights: PyTorch's layout comes back, beside each batch norm the number of steps", async () => {
  const tensors = Object.entries(whole).map(([name, [shape, values]]) => [name, [`F32 [${shape}]`, values]]);
  assertEquals(await written({ torchvision: {} }, 7), {
    ...Object.fromEntries(tensors),
    "bn.num_batches_tracked": ["I64 []", [7]],
  });
});

Deno.test("renameWeights: a parameter of several tensors is split, a folded bias is zeros, a base stands before the body", async () => {
  const tensors = await written({
    torchvision: {
      base: "net.",
      rules: { "stem/": "{a,b}/" },
      foldedBiases: { "bn/mean": () => "stem.bias" },
    },
  }, 0);
  assertEquals(Object.keys(tensors), [
    "net.a.weight",
    "net.b.weight",
    "net.bn.weight",
    "net.bn.bias",
    "net.bn.running_mean",
    "net.stem.bias",
    "net.bn.num_batches_tracked",
    "net.bn.running_var",
    "head.weight",
    "head.bias",
  ]);
  assertEquals([tensors["net.a.weight"], tensors["net.b.weight"]], [["F32 [1,1,1,1]", [1]], ["F32 [1,1,1,1]", [2]]]);
  assertEquals([tensors["net.bn.running_mean"], tensors["net.stem.bias"]], [["F32 [2]", [7, 8]], ["F32 [2]", [0, 0]]]);
});
