import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import "../tests/cpu.ts";
import { writeExportable } from "../tests/exportable.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel } from "../tests/tiny.ts";
import { readSafetensors } from "../weights/safetensors/safetensors.ts";
import { exportCheckpoint } from "./export_checkpoint.ts";
import { exportFormatNames, exportFormats } from "./formats.ts";

const files = needs("read", "write", "env");
const labels = ["Mass", "Nodule", "No Finding"];

Deno.test("exportCheckpoint: safetensors hold the values and labels, and nothing of the films", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors"), output = folder.file("b.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels, {
    lineage: [{ type: "foreign", library: "timm", trainedOn: ["somebody's films"] }],
  });
  const { format, named, bytes } = await exportCheckpoint(path, output);
  assertEquals([format, named, bytes], ["safetensors", "paths of Thorax", Deno.statSync(output).size]);
  using before = await readSafetensors(path);
  using after = await readSafetensors(output);
  assertEquals([...after.tensors.keys()].sort(), ["head/bias", "head/kernel"]);
  for (const name of after.tensors.keys()) assertEquals(await after.read(name), await before.read(name), name);
  assertEquals([after.metadata.labels, after.metadata.format], [JSON.stringify(labels), "pt"]);
  assert(JSON.stringify(before.metadata).includes("somebody's films"));
  assert(!JSON.stringify(after.metadata).includes("somebody's films"));
});

Deno.test("exportCheckpoint: each format refuses the endings that are not its own", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels);
  const endings = Object.fromEntries(exportFormatNames.map((name) => [name, exportFormats[name].endings.join(" ")]));
  assertEquals(endings, {
    safetensors: ".safetensors",
    pytorch: ".pt .pth .safetensors",
    onnx: "",
    savedmodel: "",
    tfjs: "",
  });
  for (const [format, list] of [["safetensors", ".safetensors"], ["pytorch", ".pt or .pth or .safetensors"]] as const) {
    const output = folder.file("model.bin");
    const error = await assertRejects(() => exportCheckpoint(path, output, { format }), UserError);
    assertEquals(error.message, `--output ${output} must end in ${list} for --format ${format}`);
  }
  assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["a.safetensors"]);
});

Deno.test("exportCheckpoint: the engine is opened for a computation, and not for weights alone", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels);
  const opened: string[] = [];
  for (const format of exportFormatNames) {
    const openEngine = () => {
      opened.push(format);
      return Promise.reject(new Error("no engine"));
    };
    const output = folder.file(format === "safetensors" ? "b.safetensors" : "b.pt");
    const names = format === "pytorch" ? "torchvision" : undefined; // which has no names for this model
    await exportCheckpoint(path, output, { format, names, openEngine }).catch(() => {});
  }
  assertEquals(opened, ["onnx", "savedmodel", "tfjs"]);
});

Deno.test("exportCheckpoint: a folder that is not there is refused before anything is computed", files, async () => {
  await tf.setBackend("cpu");
  using folder = temporaryFolder();
  const path = folder.file("a.safetensors");
  await writeExportable(path, "tiny", linearModel(), labels);
  const openEngine = () => Promise.reject(new Error("nothing is to be computed"));
  const what = "Make it, or name another place with --output";
  for (const [place, problem] of [["nodir", "there is no folder DIR"], ["a.safetensors", "DIR is not a folder"]]) {
    const directory = folder.file(place), output = `${directory}/b.onnx`;
    const error = await assertRejects(
      () => exportCheckpoint(path, output, { format: "onnx", openEngine }),
      UserError,
    );
    assertEquals([error.exitStatus, error.message], [
      2,
      `--output ${output}: ${problem.replace("DIR", directory)}. ${what}`,
    ]);
  }
});
