import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { UserError } from "../errors.ts";
import { exportCheckpoint } from "../export/export_checkpoint.ts";
import { buildModel } from "../models/registry.ts";
import { needs } from "../tests/needs.ts";
import { writeExportable } from "../tests/exportable.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyDataset } from "../tests/tiny.ts";
import "../tests/cpu.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { readSafetensors, writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { openModelFile, openTrainedModel } from "./open_trained_model.ts";

const files = needs("read", "write", "env");
const labels = ["Mass", "Nodule", "No Finding"];

/** Writes a checkpoint of `mobilenet_v3_small` for 32×32, and what PyTorch gets of it. */
async function writeBoth(folder: ReturnType<typeof temporaryFolder>) {
  const own = folder.file("own.safetensors"), pytorch = folder.file("other.safetensors");
  const model = compile(buildModel("mobilenet_v3_small", { numClasses: 3 }), { input: [32, 32, 1] });
  await writeExportable(own, "mobilenet_v3_small", model, labels);
  await exportCheckpoint(own, pytorch, { format: "pytorch" });
  return { own, pytorch, model };
}

/** Writes the weights of {@linkcode writeBoth} under torchvision's names, and nothing about them. */
async function writeBare(folder: ReturnType<typeof temporaryFolder>): Promise<string> {
  const { pytorch } = await writeBoth(folder), bare = folder.file("bare.safetensors");
  using file = await readSafetensors(pytorch);
  const tensors = [...file.tensors].filter(([name]) => !name.endsWith("num_batches_tracked")).map(
    ([name, { shape }]): StoredTensor => ({ name, shape, dtype: "F32", data: () => file.read(name) }),
  );
  await writeSafetensors(bare, tensors, {});
  return bare;
}

Deno.test("openTrainedModel: a checkpoint brings its model, its labels and its normalization", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels, {
    preprocessing: { imageSize: 8, mean: 0.25, std: 2, channels: 1, resize: "bilinear-antialias" },
  });
  using trained = await openTrainedModel(path);
  assertEquals([trained.name, trained.labels, trained.notes], ["tiny", labels, []]);
  assertEquals([trained.channels, trained.synthetic], [[{ mean: 0.25, std: 2 }], true]);
  assertEquals([trained.model.input, trained.model.output], [[8, 8, 1], [3]]);
  const weights = await trained.load();
  assertEquals(weights["head/kernel"].shape, [64, 3]);
  tf.dispose({ ...weights });
});

Deno.test("openTrainedModel: weights under a library's names are the checkpoint's, bit for bit", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const { own, pytorch } = await writeBoth(folder);
  using first = await openTrainedModel(own);
  using second = await openTrainedModel(pytorch, {
    model: "mobilenet_v3_small",
    numClasses: 3,
    imageSize: 32,
    asWeights: true,
  });
  const [expected, actual] = [await first.load(), await second.load()];
  assertEquals(Object.keys(actual), Object.keys(expected));
  for (const path of Object.keys(expected)) assertEquals(actual[path].dataSync(), expected[path].dataSync(), path);
  tf.dispose([{ ...expected }, { ...actual }]);
  assertEquals(second.labels, labels);
  assertEquals(second.notes.some((note) => note.includes("names of torchvision")), true);
});

Deno.test("openTrainedModel: another library's weights get films in that library's range", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const bare = await writeBare(folder);
  using trained = await openTrainedModel(bare, { model: "mobilenet_v3_small", numClasses: 3, imageSize: 32 });
  const [{ mean, std }] = trained.channels;
  assertEquals([mean.toFixed(3), std.toFixed(3), trained.channels.length], ["0.449", "0.226", 1]); // ImageNet's, in gray
  assertEquals([trained.labels, trained.metadata], [["class 0", "class 1", "class 2"], undefined]);
  assertEquals(trained.lineage.map(({ type }) => type), ["foreign"]);
});

Deno.test("openModelFile: weights need the name of their model, and the error guesses it", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const bare = await writeBare(folder);
  const problem =
    `${bare} is not a checkpoint of Thorax and does not name its model: its weights fit mobilenet_v3_small`;
  const own = await assertRejects(() => openModelFile(bare, { imageSize: 32 }), UserError);
  assertEquals(own.message, `${problem}. Name it: { model: "mobilenet_v3_small" }`);
  const howToName = (guess: string | undefined) => `Type --model ${guess}`;
  const told = await assertRejects(() => openModelFile(bare, { imageSize: 32, howToName }), UserError);
  assertEquals(told.message, `${problem}. Type --model mobilenet_v3_small`);
});

Deno.test("openModelFile: a checkpoint that is to be read as bare weights needs a name too", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const { own } = await writeBoth(folder);
  const error = await assertRejects(() => openModelFile(own, { asWeights: true }), UserError);
  assertEquals(
    error.message,
    `${own} is a checkpoint of mobilenet_v3_small, and bare weights need the name of their model. ` +
      'Name it: { model: "mobilenet_v3_small" }',
  );
});

Deno.test("openTrainedModel: labels in another order, and another model's name, are refused", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels);
  const dataset = { ...tinyDataset(3), labels: ["Mass", "No Finding", "Nodule"] };
  await assertRejects(
    () => openTrainedModel(path, { dataset }),
    UserError,
    `${path} was trained on other labels (Mass, Nodule, No Finding) than tiny (synthetic) has (Mass, No Finding, Nodule)`,
  );
  await assertRejects(
    () => openTrainedModel(path, { model: "resnet18" }),
    UserError,
    `${path} is a checkpoint of tiny, and --model is resnet18`,
  );
});

Deno.test("openTrainedModel: a file that brings no layer changes nothing, and a note says so", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), file = folder.file("mine.ts");
  await writeExportable(path, "tiny", linearModel(), labels);
  Deno.writeTextFileSync(file, "export default { type: 'flatten' };\n");
  using trained = await openTrainedModel(path, { model: file });
  assertEquals(trained.notes, [
    `--model ${file} exports no layers, so it changes nothing: the model is the one in ${path}`,
  ]);
});
