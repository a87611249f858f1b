/** Weights of the libraries' own models come in under their names, and go out to them again, bit for bit. */
import "../cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { compile, type Model } from "../../dsl/compile/compile.ts";
import { waves } from "../../ops/testing.ts";
import { readFitted } from "../../weights/checkpoint/model_weights.ts";
import { buildModel, registry } from "../../models/registry.ts";
import { fitWeights } from "../../weights/matching/fit.ts";
import { channelNormalizations, type Library } from "../../weights/names/naming.ts";
import { writePytorch } from "../../weights/pytorch/pytorch_writer.ts";
import { renameWeights } from "../../weights/matching/rename_weights.ts";
import { writeSafetensors } from "../../weights/safetensors/safetensors.ts";
import { openWeights } from "../../weights/open_weights.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { python } from "./python.ts";

/** A model of a library. */
interface Subject {
  /** Its name there. */
  readonly model: string;
  /** Its name here, where it is another. */
  readonly ours?: string;
  readonly side: number;
  /** Whose names they are taken for, where two libraries have the same. */
  readonly taken?: Library;
  /** Whether its `state_dict()` comes in, and not what `save_pretrained` writes: other names in transformers 5. */
  readonly plain?: boolean;
  /** Whether `--names` must be given. */
  readonly told?: boolean;
  /** What does not go out as it came in: a bias that is part of a mean here. */
  readonly folded?: RegExp;
}

/** All libraries but the document, whose code is no package. */
type Package = Exclude<Library, "document">;

const subjects: Readonly<Record<Package, readonly Subject[]>> = {
  torchvision: [
    { model: "alexnet", side: 64 },
    { model: "vgg16", side: 32 },
    { model: "vgg16_bn", side: 32 },
    { model: "resnet18", side: 64 },
    { model: "resnet50", side: 64 },
    { model: "densenet121", side: 64 },
    { model: "mobilenet_v3_large", side: 64 },
    { model: "mobilenet_v3_small", side: 64 },
    { model: "efficientnet_b0", side: 64 },
    { model: "convnext_tiny", side: 64 },
    { model: "vit_b_16", ours: "vit_base_patch16_224", side: 64 },
  ],
  timm: [
    { model: "vgg11", side: 32 },
    { model: "resnet18", side: 64, taken: "torchvision" },
    { model: "densenet121", side: 64, taken: "torchvision" },
    { model: "efficientnet_b0", side: 64 },
    { model: "convnext_tiny", side: 64 },
    { model: "vit_tiny_patch16_224", side: 64 },
    { model: "vit_base_patch14_dinov2", side: 56 },
  ],
  torchxrayvision: [{ model: "densenet121", side: 64 }],
  huggingface: [
    { model: "dinov2", ours: "vit_base_patch14_dinov2", side: 56 },
    { model: "dinov2", ours: "vit_base_patch14_dinov2", side: 56, plain: true },
    { model: "resnet18", side: 64 },
    { model: "resnet50", side: 64 },
    { model: "convnext_tiny", side: 64 },
    { model: "vit", ours: "vit_tiny_patch16_224", side: 64 },
    { model: "vit", ours: "vit_tiny_patch16_224", side: 64, plain: true },
  ],
  monai: [
    { model: "densenet121", side: 64 },
    { model: "resnet18", side: 64, told: true, folded: /\.downsample\.(0\.bias|1\.running_mean)$/ },
  ],
};

/** The file of a model's weights, as the library publishes them. */
const files: Readonly<Record<Package, (path: string) => string>> = {
  torchvision: (path) => `${path}.pth`,
  timm: (path) => `${path}.safetensors`,
  torchxrayvision: (path) => `${path}.pth`,
  huggingface: (path) => path,
  monai: (path) => `${path}.pth`,
};

/** What the library makes of an image, and what black and white are to its published weights. */
interface LibraryOutputs {
  readonly outputs: readonly number[];
  readonly ends: readonly (readonly number[])[] | null;
}

/** Our model for a library's, with the classes that its published weights have; DINOv2's end in features. */
function modelOf(library: Package, { model, ours = model, side }: Subject): Model {
  const gray = library === "torchxrayvision";
  const spec = buildModel(ours, { numClasses: gray ? 18 : 1000 });
  const input = [side, side, gray ? 1 : 3];
  if (!ours.endsWith("dinov2") || spec.type !== "stack") return compile(spec, { input });
  return compile({ ...spec, children: spec.children.filter(([name]) => name !== "head") }, { input });
}

function outputs(model: Model, weights: Awaited<ReturnType<typeof readFitted>>): number[] {
  const [height, width, channels] = model.input;
  return tf.tidy(() => [
    ...model.apply(weights, waves([1, height, width, channels]), { training: false }).output.dataSync(),
  ]);
}

for (const [library, own] of Object.entries(subjects) as [Package, readonly Subject[]][]) {
  Deno.test(`${library}: its models' weights come in and go out`, async (t) => {
    using folder = temporaryFolder();
    const peer = (action: "save" | "load") =>
      python(
        new URL("libraries.py", import.meta.url),
        action,
        folder.path,
        JSON.stringify(own.map((subject) => ({ ...subject, library }))),
      );
    const saved: LibraryOutputs[] = JSON.parse(await peer("save"));
    for (const [i, subject] of own.entries()) {
      await t.step(`${subject.model} comes in`, async () => {
        const model = modelOf(library, subject), name = subject.ours ?? subject.model;
        const { weightNames } = registry[name];
        using file = await openWeights(subject.plain ? folder.file(`${i}.pth`) : files[library](folder.file(`${i}`)));
        const fit = fitWeights(file, {
          model,
          name,
          weightNames,
          strict: true,
          library: subject.told ? library : undefined,
        });
        assertStringIncludes(
          fit.notes[0],
          `names of ${subject.taken ?? library}${subject.plain ? ", in the form of" : ";"} `,
        );
        const weights = await readFitted(fit, model, 0);
        const actual = outputs(model, weights);
        tf.dispose({ ...weights });
        const { outputs: expected, ends } = saved[i], largest = Math.max(...expected.map(Math.abs));
        assertEquals(actual.length, expected.length);
        const error = Math.max(...actual.map((value, at) => Math.abs(value - expected[at]) / largest));
        assert(error <= 1e-4, `off by ${error}`);
        const scales = channelNormalizations(fit.normalization, model.input[2]);
        for (const [end, values] of (ends ?? []).entries()) {
          values.forEach((value, at) => assertAlmostEquals((end - scales[at].mean) / scales[at].std, value, 1e-6));
        }
        const tensors = renameWeights({ model, name, weightNames, library, step: 7, read: fit.read });
        if (library === "huggingface") {
          await writeSafetensors(folder.file(`${i}/model.safetensors`), tensors, { format: "pt" });
        } else await writePytorch(folder.file(`${i}.back.pt`), tensors);
      });
    }
    const changed: string[][] = JSON.parse(await peer("load"));
    for (const [i, { model, folded }] of own.entries()) {
      await t.step(`${model} goes out`, () => assertEquals(changed[i].filter((name) => !folded?.test(name)), []));
    }
  });
}
