/** Other people's files: what programs of PyTorch's leave behind, byte by byte, and names in whatever wrappers. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { inflateSync } from "node:zlib";
import { stack } from "../../dsl/combinators/stack.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { conv } from "../../dsl/layers/conv.ts";
import { dense } from "../../dsl/layers/dense.ts";
import { flatten } from "../../dsl/layers/flatten.ts";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { fitWeights } from "./fit.ts";
import { smallModel as model, type Tensors, weightsFile, whole } from "../testing/small_weights.ts";
import saves from "../pytorch/testing/torch_saves.json" with { type: "json" };
import { openWeights } from "../open_weights.ts";

const fit = (tensors: Tensors, options = {}) => fitWeights(weightsFile(tensors), { model, name: "mine", ...options });

/** All values of a model in a row. */
async function valuesOf({ read }: ReturnType<typeof fitWeights>): Promise<number[]> {
  const values: number[] = [];
  for (const { path } of model.parameters) values.push(...await read(path));
  return values;
}

const prefixed = (prefix: string, tensors: Tensors = whole): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));

function write(path: string, save: keyof typeof saves): string {
  Deno.writeFileSync(path, inflateSync(new Uint8Array(Uint8Array.fromBase64(saves[save]))));
  return path;
}

const legacy =
  "its form is that of PyTorch before 1.6, which has no checksums: damage to the weights would go unnoticed";
const object = "it holds a whole object, __main__.Net, whose tensors are read; nothing of it is run";

Deno.test(
  "locateModel: PyTorch's own files give what the plain state dict gives, and say how",
  needs("read", "write"),
  async () => {
    const rows: Readonly<Partial<Record<keyof typeof saves, readonly string[]>>> = {
      "stem of 21": [],
      "one storage": [],
      legacy: [legacy],
      compiled: ['wrappers within names are left out: "_orig_mod.stem.weight" is "stem.weight"'],
      averaged: ['the weights are those under "module"', 'not used, beside the weights: "n_averaged"'],
      lightning: [
        "skipped, and never run: hyper_parameters (argparse.Namespace), when (datetime.datetime), price (decimal.Decimal), " +
        "best (numpy._core.multiarray.scalar) and 2 more",
        'the weights are those under "state_dict.model"',
        'wrappers within names are left out: "state_dict.model._orig_mod.stem.weight" is "state_dict.model.stem.weight"',
        'not used, beside the weights: "state_dict.criterion.pos_weight", "state_dict.val_auroc.thresholds", ' +
        '"optimizer_states" (15 tensors)',
      ],
      "legacy with objects": [
        legacy,
        "skipped, and never run: args (argparse.Namespace), phase (torch.ComplexFloatStorage)",
        'the weights are those under "model.module"',
        'not used, beside the weights: "optimizer" (15 tensors)',
      ],
      whole: [object],
      "legacy whole": [legacy, object],
      "no checksums": ["its archive has no checksums: damage to the weights would go unnoticed"],
    };
    using folder = temporaryFolder();
    using plain = await openWeights(write(folder.file("plain.pt"), "plain"));
    const expected = await valuesOf(fitWeights(plain, { model, name: "mine" }));
    assertEquals(expected.length, 20);
    for (const [save, notes] of Object.entries(rows) as [keyof typeof saves, readonly string[]][]) {
      using file = await openWeights(write(folder.file(`${save}.pt`), save));
      const found = fitWeights(file, { model, name: "mine" });
      assertEquals([found.notes.slice(1), await valuesOf(found)], [notes, expected], save);
    }
  },
);

Deno.test("locateModel: of two models in a file the user says which", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = write(folder.file("twice.pt"), "twice");
  using file = await openWeights(path);
  await assertRejects(
    async () => await valuesOf(fitWeights(file, { model, name: "mine" })),
    UserError,
    `${path} holds the model 2 times, under "state_dict_ema" and "state_dict.module". Say which is meant: --weights-key ` +
      '"state_dict_ema" or --weights-key "state_dict.module"',
  );
  const [live, averaged] = await Promise.all(
    ["state_dict", "state_dict_ema"].map(async (key) => await valuesOf(fitWeights(file, { model, name: "mine", key }))),
  );
  averaged.forEach((value, i) => assertEquals(value, Math.fround(live[i] + 1)));
  assertThrows(
    () => fitWeights(file, { model, name: "mine", key: "teacher" }),
    UserError,
    'has no weight of the model under "teacher"',
  );
});

Deno.test(
  "locateModel: a bit that changed is seen by the archive's checksum, wherever a tensor begins",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    for (const save of ["plain", "one storage"] as const) {
      const path = write(folder.file(`${save}.pt`), save), bytes = Deno.readFileSync(path);
      using before = await openWeights(path);
      // the last value of the head's bias, where it stands in the file
      const [, bias] = await before.read("head.bias"), found = new Uint8Array(Float32Array.of(bias).buffer);
      const at = bytes.findIndex((_, i) => found.every((byte, k) => bytes[i + k] === byte));
      bytes[at] ^= 1;
      Deno.writeFileSync(path, bytes);
      using after = await openWeights(path);
      await assertRejects(
        () => after.read("head.bias"),
        UserError,
        "is not what was written. Copy or download it again",
      );
    }
  },
);

Deno.test("locateModel: wrappers in any order and nesting", async () => {
  const expected = await valuesOf(fit(whole));
  const wrappers = ["module.", "_orig_mod.", "model.", "net.", "backbone.", "encoder.", "state_dict.", "student."];
  for (const outer of wrappers) {
    for (const inner of wrappers) {
      const found = fit(prefixed(outer + inner));
      assertEquals(await valuesOf(found), expected, outer + inner);
      const prefix = (outer + inner).replaceAll("_orig_mod.", "").slice(0, -1);
      assertEquals(found.notes.includes(`the weights are those under "${prefix}"`), prefix !== "", outer + inner);
    }
  }
});

Deno.test("locateModel: DataParallel around a part of the model, as PyTorch's ImageNet example leaves AlexNet and VGG", async () => {
  const spec = (part: string) =>
    compile(stack({ features: stack({ [part]: conv(2, 1) }), flatten: flatten(), classifier: dense(2) }), {
      input: [1, 2, 1],
    });
  const tensors = (part: string): Tensors => ({
    [`${part}.weight`]: [[2, 1, 1, 1], [1, 2]],
    [`${part}.bias`]: [[2], [3, 4]],
    "classifier.weight": [[2, 4], [0, 1, 2, 3, 10, 11, 12, 13]],
    "classifier.bias": [[2], [5, 6]],
  });
  const alone = "wrappers within names are left out: ";
  const rows: [Tensors, string, string[]][] = [
    [tensors("features.module.conv0"), "conv0", [`${alone}"features.module.conv0.weight" is "features.conv0.weight"`]],
    [prefixed("state_dict.module.", tensors("features.module.conv0")), "conv0", [
      'the weights are those under "state_dict"',
      `${alone}"state_dict.module.features.module.conv0.weight" is "state_dict.features.conv0.weight"`,
    ]],
    // a layer's own name
    [tensors("features.module"), "module", []],
  ];
  for (const [file, part, notes] of rows) {
    const found = fit(file, { model: spec(part) });
    assertEquals(found.notes.slice(1), notes);
    assertEquals(await found.read(`features/${part}/bias`), Float32Array.of(3, 4));
  }
  assertThrows(
    () => fit(tensors("features.module.conv1"), { model: spec("conv0") }),
    UserError,
    "features.conv0.weight (features/conv0/kernel) [2, 1, 1, 1] is missing",
  );
});

Deno.test("locateModel: extras beside the weights are named and not used; strays among them are refused", () => {
  const one = [[1], [1]] as const;
  const lines = (tensors: Tensors) => fit(tensors).notes.slice(1);
  assertEquals(lines({ ...whole, "criterion.pos_weight": one, n_averaged: one, "val_auroc.thresholds": one }), [
    'not used, beside the weights: "criterion.pos_weight", "n_averaged", "val_auroc.thresholds"',
  ]);
  assertEquals(lines({ ...prefixed("net."), "projector.0.weight": one, "projector.0.bias": one }), [
    'the weights are those under "net"',
    'not used, beside the weights: "projector" (2 tensors)',
  ]);
  for (const stray of ["aux.weight", "layer2.weight", "head.0.weight"]) {
    assertThrows(() => fit({ ...whole, [stray]: one }), UserError, `"${stray}" [1] is not part of the model`);
    assertThrows(
      () => fit(prefixed("net.", { ...whole, [stray]: one })),
      UserError,
      `"net.${stray}" [1] is not part of`,
    );
  }
});

Deno.test("locateModel: a copy of the model in a part of itself is a second model", () => {
  const tensors = { ...whole, ...prefixed("ema.") };
  assertThrows(
    () => fit(tensors),
    UserError,
    'w.pt holds the model 2 times, under "" and "ema". Say which is meant: --weights-key "" or --weights-key "ema"',
  );
  assertEquals(fit(tensors, { key: "" }).notes.slice(1), ['not used, beside the weights: "ema" (7 tensors)']);
  assertEquals(fit(tensors, { key: "ema" }).notes.slice(1), [
    'the weights are those under "ema"',
    'not used, beside the weights: "stem.weight", "bn" (4 tensors), "head" (2 tensors)',
  ]);
  // a larger model that holds all of ours is another
  const larger = { ...prefixed("a."), ...prefixed("b."), "b.layer2.weight": [[1], [1]] } satisfies Tensors;
  assertEquals(fit(larger).notes[1], 'the weights are those under "a"');
});

Deno.test("locateModel: names that are nothing but dots, and places too deep, are no trap", () => {
  const one = [[1], [1]] as const;
  for (const name of [".", "..", ".a", "a.", ".stem.weight", `${"a.".repeat(100_000)}b`]) {
    assertThrows(() => fit({ ...whole, [name]: one }), UserError, "[1] is not part of the model");
  }
  assertEquals(fit(prefixed("a.".repeat(16))).notes.length, 2);
  assertThrows(
    () => fit(prefixed("a.".repeat(17))),
    UserError,
    "w.pt has no weight of mine under a known name",
  );
});

Deno.test("locateModel: a head in a Sequential, or beside the backbone, is the head", async () => {
  const { "head.weight": weight, "head.bias": bias, ...body } = whole;
  const expected = await valuesOf(fit(whole));
  const rows: [Tensors, string][] = [
    [{ ...body, "head.1.weight": weight, "head.1.bias": bias }, "head.1"],
    [{ ...body, "head.0.linear.weight": weight, "head.0.linear.bias": bias }, "head.0.linear"],
    [{ ...prefixed("model.", body), "model.head.0.weight": weight, "model.head.0.bias": bias }, "model.head.0"],
    [{ ...prefixed("backbone.", body), "head.weight": weight, "head.bias": bias }, "head"],
    [{ ...prefixed("a.b.", body), "a.classifier.1.weight": weight, "a.classifier.1.bias": bias }, "a.classifier.1"],
  ];
  for (const [tensors, name] of rows) {
    const found = fit(tensors);
    assertEquals([await valuesOf(found), found.notes.at(-1)], [expected, `the head is "${name}"`], name);
  }
  const two = { ...body, "head.0.weight": weight, "head.0.bias": bias, "head.2.weight": weight, "head.2.bias": bias };
  assertThrows(
    () => fit(two),
    UserError,
    'w.pt does not fit the model: head.weight (head/kernel) [2, 4] is missing; head.bias (head/bias) [2] is missing; "head.0',
  );
  assertThrows(
    () => fit(body),
    UserError,
    "[2] is missing. It has no last layer, so it predicts nothing yet: train one, with",
  );
  const either = {
    ...body,
    "fc.weight": weight,
    "fc.bias": bias,
    "classifier.weight": weight,
    "classifier.bias": bias,
  };
  assertThrows(() => fit(either), UserError, "head.weight (head/kernel) [2, 4] is missing");
});
