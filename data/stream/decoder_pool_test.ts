import { assert, assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { DecoderPool } from "./decoder_pool.ts";
import type { FilmJob } from "./film_job.ts";
import { phantomSize, renderPhantom } from "../phantom/film.ts";
import { planeDigest } from "../identity/plane_digest.ts";
import { jpeg } from "../images/testing.ts";

/** By kind of permission, what needs it, as a worker runs it; `path` is a file's. */
const attempts = {
  read: "Deno.readFileSync(path)",
  write: "Deno.writeFileSync(path, new Uint8Array())",
  run: 'new Deno.Command("true").outputSync()',
  ffi: "Deno.dlopen(path, {})",
  net: "Deno.listen({ port: 0 })",
  env: 'Deno.env.get("HOME")',
  sys: "Deno.hostname()",
};

/** The options with which a pool starts its workers. */
async function workerOptions(): Promise<WorkerOptions | undefined> {
  const { Worker } = globalThis;
  let seen: WorkerOptions | undefined;
  globalThis.Worker = class extends Worker {
    constructor(module: string | URL, options?: WorkerOptions) {
      super(module, options);
      seen = options;
    }
  };
  try {
    using pool = new DecoderPool({ workers: 1, imageSize: 1 });
    await pool.decode({ kind: "plane", plane: { width: 1, height: 1, pixels: new Uint8Array(1) } });
  } finally {
    globalThis.Worker = Worker;
  }
  return seen;
}

Deno.test(
  "decoders may read; they may not write, run, call libraries or use the network",
  needs("read", "write"),
  async () => {
    const path = await Deno.makeTempFile();
    const script = `const path = ${JSON.stringify(path)};
    const tried = (attempt) => { try { attempt(); return "done"; } catch (error) { return error.name; } };
    postMessage({ ${Object.entries(attempts).map(([kind, code]) => `${kind}: tried(() => ${code})`)} });`;
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(script)}`, await workerOptions());
    try {
      const answers = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
      const refused = Object.fromEntries(Object.keys(attempts).map((kind) => [kind, "NotCapable"]));
      assertEquals(answers, { ...refused, read: "done" });
    } finally {
      worker.terminate();
      await Deno.remove(path);
    }
  },
);

Deno.test(
  "decoders decode the same in a worker and here, and give the digest of the whole film",
  needs("read", "write"),
  async () => {
    const path = await Deno.makeTempFile({ suffix: ".jpg" });
    await Deno.writeFile(path, jpeg("RGB 4:2:0"));
    const film = { seed: 42, film: 3, patient: 1, labels: ["Mass"] };
    const plane = () => ({ width: 2, height: 1, pixels: Float32Array.of(0.5, 100) });
    const jobs =
      (): FilmJob[] => [{ kind: "file", path }, { kind: "phantom", film }, { kind: "plane", plane: plane() }];
    try {
      using here = new DecoderPool({ workers: 0, imageSize: 7 });
      using there = new DecoderPool({ workers: 2, imageSize: 7 });
      const run = (pool: DecoderPool) => Promise.all(jobs().map((job) => pool.decode(job)));
      const films = await run(there);
      assertEquals(films, await run(here));
      assert(films.every(({ pixels }) => pixels.length === 49));
      assertEquals(films[1].digest, planeDigest(renderPhantom(film)));
      assertEquals(films[2].digest, planeDigest(plane()));
      using larger = new DecoderPool({ workers: 0, imageSize: phantomSize });
      assertEquals((await run(larger)).map(({ digest }) => digest), films.map(({ digest }) => digest));
    } finally {
      await Deno.remove(path);
    }
  },
);

Deno.test("decoders: what is no regular file is refused and not waited for", needs("read"), async () => {
  for (const workers of [0, 1]) {
    using pool = new DecoderPool({ workers, imageSize: 7 });
    for (const path of ["/dev/zero", "."]) {
      const error = await assertRejects(() => pool.decode({ kind: "file", path }), UserError);
      assertEquals([error.exitStatus, error.message], [1, `${path} cannot be read (it is not a regular file)`]);
    }
  }
});
