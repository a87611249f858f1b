import { assertEquals, assertStringIncludes } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { libraryName } from "./ffi/tensorflow.ts";

const url = (path: string) => new URL(path, import.meta.url).href;
const here = (path: string) => JSON.stringify(url(path));

/** Runs a program in its own process until it ends. */
async function run(program: string, ...flags: string[]) {
  using folder = temporaryFolder();
  const file = folder.file("program.ts");
  Deno.writeTextFileSync(file, program);
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", "--config", new URL("../deno.json", import.meta.url).pathname]
      .concat(flags, file),
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, stdout: text(stdout), stderr: text(stderr) };
}

const quiet = (stdout: string) => ({ code: 0, signal: null, stdout, stderr: "" });

Deno.test("mod.ts: importing it needs no permission and opens nothing", needs("read", "write", "run"), async () => {
  assertEquals(
    await run(
      `import * as thorax from ${here("../mod.ts")}; console.log(typeof thorax.openEngine, typeof thorax.jit);`,
    ),
    quiet("function function\n"),
  );
});

Deno.test("jit: without the engine it needs no permission either", needs("read", "write", "run"), async () => {
  const program = `
    import "@tensorflow/tfjs";
    import * as tf from "@tensorflow/tfjs-core";
    import { jit } from ${here("./mod.ts")};
    tf.env().set("PROD", true);
    console.log((await jit((x, n) => tf.mul(x, n))(tf.tensor1d([1, 2]), 3)).dataSync().join());
  `;
  assertEquals(await run(program), quiet("3,6\n"));
});

const native = needs("read", "write", "ffi", "env", "run");

const training = `
  import "@tensorflow/tfjs";
  import * as tf from "@tensorflow/tfjs-core";
  import { jit, openEngine } from ${here("./mod.ts")};
  await openEngine({ device: "cpu" });
  const images = tf.ones([2, 8, 8, 3]);
  const step = jit((kernel, rate) => {
    const { value, grads } = tf.valueAndGrads((k) => tf.mean(tf.relu(tf.conv2d(images, k, 1, "same"))))([kernel]);
    return [tf.sub(kernel, tf.mul(grads[0], rate)), value];
  }, { donate: [0] });
  let kernel = tf.ones([3, 3, 3, 4]), loss;
  for (let i = 0; i < 3; i++) [kernel, loss] = await step(kernel, 0.01);
  tf.env().set("PROD", true);
  console.log(loss.dataSync()[0] < tf.mean(tf.conv2d(images, tf.ones([3, 3, 3, 4]), 1, "same")).dataSync()[0]);
`;

Deno.test("openEngine: a process that trains says nothing of its own and ends with status 0", native, async () => {
  assertEquals(await run(training, "-A"), quiet("true\n"));
});

Deno.test(
  "openEngine: a process ends with status 0 also where the library is open and nothing else is",
  native,
  async () => {
    const program = `
    import { findLibrary } from ${here("./library/find.ts")};
    import { openTensorFlow } from ${here("./ffi/tensorflow.ts")};
    const { version } = openTensorFlow((await findLibrary({ device: "cpu" })).directory);
    console.log(version.length > 0);
  `;
    assertEquals(await run(program, "-A"), quiet("true\n"));
  },
);

Deno.test(
  "openTensorFlow: a library that lacks a function is a user's error, and the process survives it",
  native,
  async () => {
    const program = `
    import { findLibrary } from ${here("./library/find.ts")};
    import { symbols } from ${here("./ffi/symbols.ts")};
    import { openTensorFlow } from ${here("./ffi/tensorflow.ts")};
    Object.assign(symbols, { TF_OfTomorrow: { parameters: [], result: "void" } });
    try {
      openTensorFlow((await findLibrary({ device: "cpu" })).directory);
    } catch (error) {
      console.log(error.name, error.exitStatus, error.message.includes("TF_OfTomorrow"));
    }
  `;
    assertEquals(await run(program, "-A"), quiet("UserError 1 true\n"));
  },
);

Deno.test("openEngine: a worker that used the library ends, and the process goes on", native, async () => {
  const program = `
    import { findLibrary } from ${here("./library/find.ts")};
    import { openTensorFlow } from ${here("./ffi/tensorflow.ts")};
    if (typeof WorkerGlobalScope === "undefined") {
      const worker = new Worker(import.meta.url, { type: "module" });
      console.log(await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data)));
      worker.terminate();
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log("on");
    } else {
      postMessage(openTensorFlow((await findLibrary({ device: "cpu" })).directory).version.length > 0);
    }
  `;
  assertEquals(await run(program, "-A"), quiet("true\non\n"));
});

Deno.test("openEngine: an error that ends the program is told, and the status is 1", native, async () => {
  const { code, signal, stderr } = await run(`${training}\nthrow new Error("after all");`, "-A");
  assertEquals([code, signal], [1, null]);
  assertStringIncludes(stderr, "after all");
});

Deno.test("openEngine: Deno.exit's status is the process's", native, async () => {
  assertEquals((await run(`${training}\nDeno.exit(7);`, "-A")).code, 7);
});

Deno.test("openEngine: after a folder that will not do, another is tried", native, async () => {
  using folder = temporaryFolder();
  for (const name of [libraryName, libraryName.replace("_cc", "_framework")]) {
    Deno.writeTextFileSync(folder.file(name), "this is no library\n");
  }
  const program = `
    import { openEngine } from ${here("./mod.ts")};
    import { UserError } from ${here("../errors.ts")};
    try {
      await openEngine({ device: "cpu", directory: ${JSON.stringify(folder.path)} });
    } catch (error) {
      console.log(error instanceof UserError, error.exitStatus, error.message.split(":")[0]);
    }
    console.log((await openEngine({ device: "cpu" })).gpu);
  `;
  assertEquals(
    await run(program, "-A"),
    quiet(`true 1 ${folder.path}/${libraryName} cannot be opened as TensorFlow's library\nfalse\n`),
  );
});
