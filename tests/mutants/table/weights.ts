import type { FaultTable } from "../mutant.ts";

/** Faults of weight files, of the names in them, and of how files are written. */
export const weights: FaultTable = {
  "models/vit_names.ts": [
    [
      "timm's films have the document's range",
      "  normalization: { mean: [0.5], std: [0.5] },\n};\n\n/** Names of torchvision",
      "};\n\n/** Names of torchvision",
    ],
    ["a wrong name of the second dense layer", '"/mlp/3/"', '"/mlp/2/"'],
    ["a wrong name of the branch's norm", '"/layernorm_after/"', '"/layernorm_before/"'],
  ],
  "models/efficientnet.ts": [
    ["a wrong name of the gate", '"/block/2/gate/": "/se/"', '"/block/2/gate/": "/block/se/"'],
  ],
  "weights/pytorch/pytorch.ts": [
    ["big-endian files are read", '=== "big"', '=== "Big"'],
  ],
  "weights/pytorch/pytorch_legacy.ts": [
    [
      "old big-endian files are read",
      'new PickleError("was written on a big-endian machine")',
      'new Error("was written")',
    ],
  ],
  "weights/pytorch/pytorch_tensors.ts": [
    ["the offset of a view is left out", "storage.key, offset * width,", "storage.key, 0 * width,"],
    ["a transposed tensor is read as it lies", "isContiguous(shape, strides) ?", "strides.length > 0 ?"],
    ["a tensor may reach past its storage by its offset", "offset + extent(tensor) > whole", "extent(tensor) > whole"],
  ],
  "weights/matching/layout.ts": [
    ["flattened images keep their order", "image ?? [1, 1, inputs]", "[1, 1, inputs]"],
  ],
  "weights/matching/adapt.ts": [
    [
      "a stem for gray films is the mean of colors",
      "sums[filter * area + i] = sum;",
      "sums[filter * area + i] = sum / channels;",
    ],
  ],
  "weights/matching/rename_weights.ts": [
    ["PyTorch's count of batches is 0", "BigInt64Array.of(BigInt(step))", "BigInt64Array.of(BigInt(0))"],
    [
      "each of several tensors gets the first part",
      "values.subarray(i * count, (i + 1) * count)",
      "values.subarray(0, count)",
    ],
  ],
  "formats/atomic_file.ts": [
    ["the file is not synced", "      await file.sync();\n", ""],
    [
      "the file takes its name before it is synced",
      "      await file.sync();\n      await Deno.rename(temporary, path);",
      "      await Deno.rename(temporary, path);\n      await file.sync();",
    ],
    ["the folder is not synced", "  await syncFolder(folder);\n}", "}"],
    ["a temporary file in use is removed", "if (await file.tryLock(true))", "if (file)"],
  ],
  "trained/recorded.ts": [
    ["labels are compared by number", "`${dataset.labels}` === `${labels}`", "dataset.labels.length === labels.length"],
  ],
  "trained/own_model.ts": [
    [
      "a checkpoint's films have the default range",
      "() => ({ mean, std })",
      "() => ({ mean: mean * 0 + 0.5, std: std * 0 + 0.5 })",
    ],
  ],
};
