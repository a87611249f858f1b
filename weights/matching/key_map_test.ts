import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { knownWeightNames } from "../../models/registry.ts";
import type { WeightNames } from "../names/naming.ts";
import { smallModel as model, type Tensors, weightsFile, whole } from "../testing/small_weights.ts";
import { fitWeights } from "./fit.ts";
import { keyMapsOf } from "./key_map.ts";
import { renameWeights } from "./rename_weights.ts";

const weightNames: WeightNames = {
  timm: { rules: { "stem/": "net/0/", "bn/": "net/1/" }, normalization: { mean: [0.25], std: [2] } },
};
const named = { model, name: "mine", weightNames, knownNames: knownWeightNames };

const theirs: Tensors = Object.fromEntries(
  Object.entries(whole).map(([name, tensor]) => [name.replace("stem.", "net.0.").replace("bn.", "net.1."), tensor]),
);

Deno.test("weightNames: a model's own names are read and written, and no family's are tried", async () => {
  const fit = fitWeights(weightsFile(theirs), named);
  assertEquals([fit.library, fit.notes], ["timm", ["w.pt: PyTorch, names of timm; for films (x/255 − 0.25)/2"]]);
  assertEquals(await fit.read("bn/mean"), Float32Array.of(7, 8));
  assertEquals(keyMapsOf(named).map(({ library }) => library), ["Thorax", "timm"]);
  const tensors = renameWeights({ ...named, library: "timm", step: 3, read: fit.read });
  assertEquals(tensors.map(({ name }) => name), [
    "net.0.weight",
    "net.1.weight",
    "net.1.bias",
    "net.1.running_mean",
    "net.1.num_batches_tracked",
    "net.1.running_var",
    "head.weight",
    "head.bias",
  ]);
});

Deno.test("weightNames: paths with dots are names only where a model has none of its own", () => {
  assertThrows(
    () => fitWeights(weightsFile({ ...whole, "aux.weight": [[1], []] }), named),
    UserError,
    "w.pt does not fit the model: net.0.weight (stem/kernel) [2, 1, 1, 1] is missing",
  );
  const { library } = fitWeights(weightsFile(whole), { ...named, weightNames: undefined });
  assertEquals(library, "torchvision");
});
