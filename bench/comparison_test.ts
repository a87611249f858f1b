import { assert, assertEquals, assertRejects } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { type Candidate, compare, LossError } from "./comparison.ts";

/** A runner whose steps take as long as its job says, and whose loss falls from the loss that it says. */
const fake = `
  let job, taken = 0;
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const lines = async function* () {
    let rest = "";
    for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\\n");
      rest = parts.pop();
      yield* parts;
    }
  };
  for await (const line of lines()) {
    if (!job) {
      job = JSON.parse(line);
      if (job.broken) throw new Error("it has no engine");
      console.log(JSON.stringify({ builds: { fake: "1.0" } }));
      continue;
    }
    const ms = [], losses = [];
    for (let i = 0; i < Number(line); i++) {
      const start = performance.now();
      await sleep(job.ms);
      ms.push(performance.now() - start);
      losses.push(job.loss - 0.01 * taken++);
    }
    console.log(JSON.stringify({ ms, losses }));
  }
`;

const candidate = (name: string, job: { ms?: number; loss?: number; broken?: boolean }): Candidate => ({
  name,
  group: "fakes",
  tolerance: 1e-3,
  command: { program: Deno.execPath(), args: ["eval", "--quiet", fake], env: { NO_COLOR: "1" }, job },
});

const options = { rounds: 2, steps: 3, log: () => {} };

Deno.test(
  "compare: two candidates take turns, and a third that cannot start is absent with its reason",
  needs("run", "read"),
  async () => {
    const candidates = [
      candidate("slow", { ms: 40, loss: 0.7 }),
      candidate("broken", { broken: true }),
      candidate("fast", { ms: 5, loss: 0.7001 }),
    ];
    const { outcomes, absent } = await compare(candidates, options);
    assertEquals(outcomes.map(({ name, builds }) => [name, builds.fake]), [["slow", "1.0"], ["fast", "1.0"]]);
    assertEquals(absent.map(({ name }) => name), ["broken"]);
    const [slow, fast] = outcomes;
    assertEquals([slow, fast].map(({ rounds }) => rounds.map((steps) => steps.length)), [[3, 3], [3, 3]]);
    assert(Math.min(...slow.rounds.flat()) > 35, `slow: ${slow.rounds}`);
    assert(Math.min(...fast.rounds.flat()) < 30, `fast: ${fast.rounds}`);
    assertEquals(slow.losses.map((loss) => loss.toFixed(2)), ["0.70", "0.69", "0.68"]);
    assert(slow.firstStepMs > 40 && slow.memory.resident >= slow.memory.anonymous);
  },
);

Deno.test("compare: candidates whose losses differ are not compared", needs("run", "read"), async () => {
  const candidates = [candidate("one", { ms: 1, loss: 0.7 }), candidate("other", { ms: 1, loss: 0.71 })];
  const error = await assertRejects(
    () => compare(candidates, options),
    LossError,
    "other and one do not compute the same",
  );
  assert(error.message.includes("the loss of step 1 is 0.71 and 0.7, 1.4e-2 apart and more than 0.001"), error.message);
});
