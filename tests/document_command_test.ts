/** The document's own checkpoint, from the command line: weights under torchvision's names, and nothing else. */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { zipWriter } from "../formats/zip_writer.ts";
import { replaceFile } from "../formats/atomic_file.ts";
import type { StoredTensor } from "../weights/dtype.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { openWeights } from "../weights/open_weights.ts";
import { run, succeed } from "./command.ts";
import { folderFilms, writeFolder } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { npy } from "./npy.ts";
import { filesBelow, smallRun } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const native = needs("ffi", "env", "read", "run", "write");

/** The tensors of a file by name, `change`d where it says so. */
async function tensorsOf(
  path: string,
  change: (tensor: { name: string; shape: readonly number[]; values: Float32Array<ArrayBuffer> }) => {
    shape: readonly number[];
    values: Float32Array<ArrayBuffer>;
  } = (same) => same,
): Promise<StoredTensor[]> {
  using file = await openWeights(path);
  const tensors: StoredTensor[] = [];
  for (const [name, { dtype, shape }] of file.tensors) {
    if (dtype !== "F32") continue; // a batch norm's count of batches
    const { values, ...changed } = change({ name, shape, values: await file.read(name) });
    tensors.push({ name, dtype, shape: changed.shape, data: () => values });
  }
  return tensors;
}

async function writeNumpy(path: string, tensors: readonly StoredTensor[]): Promise<void> {
  await replaceFile(path, async (append) => {
    const zip = zipWriter(append);
    for (const { name, shape, data } of tensors) {
      await zip.add(`${name}.npy`, npy("<f4", [...shape], await data() as Float32Array<ArrayBuffer>));
    }
    await zip.finish();
  });
}

/** Each film's logits, as a report has them. */
function logitsOf(report: string): Record<string, number[]> {
  const [header, ...rows] = Deno.readTextFileSync(`${report}/predictions.csv`).trim().split(/\r?\n/).map((row) =>
    row.split(",")
  );
  const columns = header.flatMap((name, i) => name.startsWith("logit_") ? [i] : []);
  return Object.fromEntries(rows.map((row) => [row[0], columns.map((i) => Number(row[i]))]).sort());
}

Deno.test("evaluate, train --test-only: the document's checkpoint", native, async (t) => {
  using folder = temporaryFolder();
  const films = folderFilms({ patients: 20 }), data = writeFolder(folder.file("films"), films);
  const { best } = await smallRun(folder.file("own"), "--data-dir", data, "--split-type", "original");
  await succeed("export", ["--ckpt-path", best, "--format", "pytorch", "--output", folder.file("exported.pt")]);
  const tensors = await tensorsOf(folder.file("exported.pt"));
  const formats = ["doc.pt", "doc.safetensors", "doc.npz"].map(folder.file);
  await writePytorch(formats[0], tensors);
  await writeSafetensors(formats[1], tensors);
  await writeNumpy(formats[2], tensors);
  const as = (path: string) => ["--ckpt-path", path, "--model", "resnet18", "--img-size", "32"];
  const own = ["--ckpt-path", best, "--data-dir", data, "--split", "all", "--keep-seen", "--report", folder.file("r")];
  const expected = JSON.parse(await succeed("evaluate", [...own, "--json"]));

  for (const path of formats) {
    await t.step(
      `${path.split("/").at(-1)}: the figures and logits of the same weights in a checkpoint of ours`,
      async () => {
        const report = ["--report", folder.file("d")];
        const { status, stdout, lines } = await run("evaluate", [...as(path), "--data-dir", data, "--json", ...report]);
        assertEquals([status, lines.slice(1)], [0, [
          `Nothing in ${path} tells whose weights it holds: they are taken for the document's, unless --names is given`,
          "The checkpoint records no films: all 20 films are tested",
        ]]);
        assertMatch(lines[0], /: (PyTorch|safetensors|NumPy), names of document; for films \(x\/255 − 0\.5\)\/0\.5$/);
        const { model, checkpoint, split, n, accuracy, auroc, labels, seen } = JSON.parse(stdout);
        assertEquals([model, checkpoint, split, n, seen.lineage, seen.films], [
          "resnet18",
          path,
          "all",
          20,
          "unknown",
          0,
        ]);
        assertEquals([accuracy, auroc, labels], [expected.accuracy, expected.auroc, expected.labels]);
        assertEquals(logitsOf(folder.file("d")), logitsOf(folder.file("r")));
      },
    );
  }
  const [path] = formats;

  await t.step("--weights is the same; --names says whose they are, and scales films in its way", async () => {
    const weights = ["--weights", path, ...as(path).slice(2), "--data-dir", data, "--report", folder.file("w")];
    await succeed("evaluate", weights);
    assertEquals(logitsOf(folder.file("w")), logitsOf(folder.file("r")));
    const named = await run("evaluate", [...weights, "--names", "torchvision"]);
    assertEquals([named.status, named.lines.length], [0, 2]);
    assertMatch(named.lines[0], /names of torchvision; for films \(x\/255 − 0\.449\)\/0\.226$/);
    assert(`${Object.values(logitsOf(folder.file("w")))}` !== `${Object.values(logitsOf(folder.file("r")))}`);
  });
  await t.step(
    "--test-only: the folder's own test list, a log named after the split type, and its report",
    async () => {
      const listed = writeFolder(folder.file("listed"), films);
      Deno.writeTextFileSync(`${listed}/test_list.txt`, "p3_0.png\np8_0.png\n");
      const options = ["--data_dir", listed, "--split_type", "rare_first", "--log_dir", folder.file("logs")];
      const { status, stdout, lines } = await run("train", ["--test_only", ...as(path), ...options]);
      assertEquals([status, stdout.split("\n")[3]], [0, "  2 films of 2 patients: 1 normal, 1 abnormal"]);
      const [log, evaluation, predictions] = filesBelow(folder.file("logs"));
      assertMatch(log, /^[\d-]+\/resnet18-test-rare-first-[\d-]+\.log$/);
      const report = log.replace(/log$/, "report");
      assertEquals([evaluation, predictions], [`${report}/evaluation.json`, `${report}/predictions.csv`]);
      assertEquals(lines.slice(-4), [
        "The checkpoint records no films: the test list of the folder is taken",
        "Testing...",
        `Loaded tested model from ${path}`,
        `The report is in ${folder.file("logs")}/${report}`,
      ]);
      const logits = logitsOf(`${folder.file("logs")}/${report}`), all = logitsOf(folder.file("r"));
      assertEquals(Object.keys(logits), ["p3_0.png", "p8_0.png"]);
      for (const [film, values] of Object.entries(logits)) {
        values.forEach((value, i) => assertAlmostEquals(value, all[film][i], 1e-5));
      }
    },
  );
  await t.step("without --model: the command that names it, which works", async () => {
    const args = ["--ckpt-path", path, "--img-size", "32", "--data-dir", data];
    const { status, lines: [line, ...more] } = await run("evaluate", args);
    const advised = `deno task evaluate --model resnet18 ${args.join(" ")}`;
    assertEquals([status, more], [2, []]);
    assertEquals(
      line,
      `error: ${path} is not a checkpoint of Thorax and does not name its model: its weights fit resnet18. Type: ${advised}`,
    );
    await succeed("evaluate", advised.split(" ").slice(3));
    const test = await run("train", ["--test-only", "--ckpt-path", path]);
    assertEquals([test.status, test.lines.length], [2, 1]);
    assert(test.lines[0].endsWith(`Type: deno task train --model resnet18 --test-only --ckpt-path ${path}`));
  });
  await t.step("labels: as many as the data have, in words where they are not", async () => {
    const found = ["Effusion", "No Finding"], twoLabels = films.map((film, i) => ({ ...film, labels: found[i % 2] }));
    const fewer = writeFolder(folder.file("fewer"), twoLabels);
    Deno.writeTextFileSync(`${fewer}/label_dict.txt`, found.map((label, i) => `${label}:${i}\n`).join(""));
    const misfit = await run("evaluate", [...as(path), "--data-dir", fewer]);
    assertEquals([misfit.status, misfit.lines], [2, [
      `error: ${path} does not fit the 2 labels of the data: fc.weight (fc/kernel) is [15, 512], and the model has ` +
      "[2, 512]; fc.bias (fc/bias) is [15], and the model has [2]. Test on films with the labels that it was trained on, " +
      "in their order (label_dict.txt)",
    ]]);
    const told = await run("evaluate", [...as(path), "--data-dir", fewer, "--num-classes", "15"]);
    assertEquals([told.status, told.lines.length], [2, 1]);
    assertMatch(told.lines[0], /^error: --num-classes 15: .*\/fewer has 2 labels\. Test on films with the labels/);
    const two = folder.file("two.pt");
    await writePytorch(
      two,
      await tensorsOf(
        path,
        ({ name, shape, values }) =>
          name.startsWith("fc.")
            ? { shape: [2, ...shape.slice(1)], values: values.slice(0, values.length / 15 * 2) }
            : { shape, values },
      ),
    );
    const { labels } = JSON.parse(await succeed("evaluate", [...as(two), "--data-dir", fewer, "--json"]));
    assertEquals(labels.map(({ label }: { label: string }) => label), found);
  });
  await t.step("what export made of a checkpoint needs no --model: it names it", async () => {
    const args = ["--ckpt-path", folder.file("exported.pt"), "--data-dir", data, "--json"];
    const { model, dataset, accuracy, n } = JSON.parse(await succeed("evaluate", args));
    assertEquals([model, dataset, accuracy, n], ["resnet18", data, expected.accuracy, 20]);
  });
  await t.step("options that a checkpoint of ours leaves without effect are named", async () => {
    const { status, lines } = await run("evaluate", ["--ckpt-path", best, "--img-size", "64", "--in-channels", "3"]);
    assertEquals([status, lines], [0, [
      `${best}, a checkpoint of Thorax, leaves --img-size, --in-channels without effect`,
    ]]);
  });
});

Deno.test("evaluate: gray films for a model of color give what predict gives of them", native, async () => {
  using folder = temporaryFolder();
  const films = folderFilms({ patients: 8 }), data = writeFolder(folder.file("films"), films);
  const { best } = await smallRun(folder.file("own"));
  await succeed("export", ["--ckpt-path", best, "--format", "pytorch", "--output", folder.file("gray.pt")]);
  const color = await tensorsOf(folder.file("gray.pt"), ({ name, shape, values }) => {
    if (name !== "conv1.weight") return { shape, values };
    const [filters, , ...window] = shape, area = values.length / filters;
    const at = (i: number) => values[Math.floor(i / (3 * area)) * area + i % area] * (1 + Math.floor(i / area) % 3);
    return {
      shape: [filters, 3, ...window],
      values: Float32Array.from({ length: 3 * values.length }, (_, i) => at(i)),
    };
  });
  await writePytorch(folder.file("color.pt"), color);
  const options = ["--model", "resnet18", "--in-channels", "3", "--img-size", "32", "--device", "cpu"];
  const images = films.map(({ image }) => `${data}/images/${image}`);

  const ranges: readonly (readonly [string, RegExp])[] = [
    [
      "--weights",
      /names of torchvision; for films \(x\/255 − \[0\.485, 0\.456, 0\.406\]\)\/\[0\.229, 0\.224, 0\.225\]$/,
    ],
    ["--ckpt-path", /names of document; for films \(x\/255 − 0\.5\)\/0\.5$/],
  ];
  for (const [flag, range] of ranges) {
    const weights = [flag, folder.file("color.pt"), ...options];
    const { lines } = await run("evaluate", [...weights, "--data-dir", data, "--report", folder.file("r")]);
    assertMatch(lines[0], range);
    const predicted = await run("predict", [...weights, "--json", ...images]);
    assertEquals(predicted.lines[0], lines[0]);
    const { logits } = JSON.parse(predicted.stdout), tested = logitsOf(folder.file("r"));
    for (const [film, { image }] of films.entries()) {
      logits[film].forEach((logit: number, label: number) => assertAlmostEquals(tested[image][label], logit, 1e-5));
    }
  }
});
