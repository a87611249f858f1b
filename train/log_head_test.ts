import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { needs } from "../tests/needs.ts";
import { logHead } from "./log_head.ts";

const engine = { version: "2.21.0", gpu: false };

Deno.test("logHead: title, options, seed, versions, commit, hardware", needs("read"), async () => {
  const options = { model: "vgg16", seed: 42, splitSeed: 7, resume: undefined };
  const [title, told, seed, versions, commit, hardware, ...more] = await logHead({
    title: "vgg16, balanced",
    options,
    engine,
  });
  assertEquals([title, told, seed, more], [
    "Thorax, vgg16, balanced",
    'Options: {"model":"vgg16","seed":42,"splitSeed":7}',
    "Seed: 42, of the split 7",
    [],
  ]);
  const [, tfjs] = /@([^@]+)$/.exec(config.imports["@tensorflow/tfjs-core"]) ?? [];
  assertEquals(
    versions,
    `Versions: Thorax ${config.version}, Deno ${Deno.version.deno}, TensorFlow 2.21.0, tfjs ${tfjs}`,
  );
  assertMatch(commit, /^Commit: (unknown, this is no git checkout|[0-9a-f]{40,64}; whether files .* is not known)$/);
  assertMatch(hardware, /^Hardware: .+, \d+ cores?, memory of (\d+\.\d GiB|unknown size), no GPU used$/);
});

Deno.test("logHead: a run that goes on names itself, a test has no seed, a GPU has a name", needs("read"), async () => {
  const head = await logHead({
    title: "vgg16, balanced",
    options: { resume: "checkpoints/a" },
    engine: { ...engine, gpu: true },
    gpuName: "NVIDIA H200",
  });
  assertEquals([head.length, head[1], head[2]], [
    6,
    "Going on with checkpoints/a",
    'Options: {"resume":"checkpoints/a"}',
  ]);
  assertMatch(head[5], /, NVIDIA H200$/);
});
