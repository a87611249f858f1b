import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { compile } from "../dsl/compile/compile.ts";
import { buildModel, torchName } from "../models/registry.ts";
import { RunnerError, startRunner } from "./runner_process.ts";
import { groupOf, type Runner } from "./runners.ts";
import { type Absent, type Candidate, compare, LossError } from "./comparison.ts";
import { type Job, task } from "./job.ts";
import { describeMachine } from "./machine.ts";
import type { Options, Plan } from "./options.ts";
import { installPeers, type PeerPython } from "./peers.ts";
import { measure, type Measurement, showGrowth, showMeasurement } from "./report.ts";

/** Runs a plan, prints its tables, and writes them as JSON if `json` names a file. */
export async function bench(plan: Plan, { rounds, steps, dataDir, json }: Options): Promise<void> {
  const log = (line: string) => console.error(line);
  const machine = await describeMachine();
  console.log(`${machine.date}, ${machine.processor}, ${machine.threads} threads, ${machine.memoryGB} GB\n`);
  const peers = await installPeers([...new Set(plan.runners.flatMap(({ peers }) => peers))], log);
  const measurements: Measurement[] = [];
  const run = async (
    model: string,
    batchSize: number,
    runners: readonly Runner[],
    turns: { rounds: number; steps: number },
  ) => {
    log(`${model}, batch ${batchSize}`);
    const measurement = await measureRunners({ model, batchSize, base: plan.base }, runners, peers, {
      ...turns,
      dataDir,
      log,
    });
    measurements.push(measurement);
    console.log(showMeasurement(measurement).join("\n"));
    // written after each model, so that an interrupted run keeps what it measured
    if (json) await Deno.writeTextFile(json, `${JSON.stringify({ machine, rounds, steps, measurements }, null, 2)}\n`);
  };
  const layers = plan.runners.filter(({ kind }) => kind === "layer");
  const models = plan.runners.filter(({ kind }) => kind !== "layer");
  if (models.length > 0) {
    for (const model of plan.models) {
      for (const batchSize of plan.batchSizes) await run(model, batchSize, models, { rounds, steps });
    }
  }
  // a step of jax-js takes seconds
  if (layers.length > 0) {
    await run("3×3 convolution, 64 → 64, 56²", 8, layers, { rounds: Math.min(rounds, 2), steps: 1 });
  }
  console.log(showGrowth(measurements).join("\n"));
  console.log(buildLines(measurements).join("\n"));
}

/** Compares runners at one model and batch size. */
async function measureRunners(
  settings: Pick<Measurement, "model" | "batchSize" | "base">,
  runners: readonly Runner[],
  peers: PeerPython,
  options: { rounds: number; steps: number; dataDir?: string; log: (line: string) => void },
): Promise<Measurement> {
  const { model, batchSize } = settings;
  const temporary = await Deno.makeTempDir({ prefix: "thorax-bench-" });
  try {
    const common = {
      ...task,
      model,
      batchSize,
      threads: navigator.hardwareConcurrency,
      onnx: `${temporary}/model.onnx`,
      temporary,
      dataDir: options.dataDir,
    };
    const job = { ...common, ...modelSpec(model, runners) };
    const wantExport = runners.some(({ needsOnnx }) => needsOnnx);
    const exportProblem = wantExport ? await exportOnnx(job, peers, options.log) : undefined;
    const reasons = runners.map((runner) =>
      (runner.needsOnnx ? exportProblem : undefined) ?? missingPeer(runner, peers)
    );
    const absent = runners.flatMap(({ name }, i): Absent[] =>
      reasons[i] === undefined ? [] : [{ name, reason: reasons[i] }]
    );
    const candidates = runners.filter((_, i) => reasons[i] === undefined).map((runner) =>
      candidateOf(runner, job, peers)
    );
    const result = await compare(candidates, options);
    return measure(settings, runners, { outcomes: result.outcomes, absent: [...absent, ...result.absent] });
  } catch (error) {
    if (error instanceof LossError) throw new UserError(error.message, { exitStatus: 1 });
    throw error;
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** Returns why a package that a runner needs could not be installed; undefined if all are there. */
function missingPeer(runner: Runner, { missing }: PeerPython): string | undefined {
  return runner.peers.map((peer) => missing.get(peer)).find((reason) => reason !== undefined);
}

/** Writes the model for the runners that read ONNX. Returns the reason if that fails. */
async function exportOnnx(job: unknown, { executable }: PeerPython, log: (line: string) => void) {
  try {
    await using exported = await startRunner({ program: executable, args: [pathOf("runners/export_onnx.py")], job });
    log(`exported by onnx ${exported.builds.onnx}`);
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    return `the model's export: ${error.message}`;
  }
}

/** Returns the spec and PyTorch's names of its parameters, for runners that build the model from them. */
function modelSpec(
  model: string,
  runners: readonly Runner[],
): { spec?: unknown; names?: Readonly<Record<string, string>> } {
  if (!runners.some(({ peers }) => peers.includes("tensorflow"))) return {};
  const spec = buildModel(model, { numClasses: task.classes, dropout: 0 });
  const { parameters } = compile(spec, { input: [task.size, task.size, 1] });
  return { spec, names: Object.fromEntries(parameters.map(({ path }) => [path, torchName(model, path)])) };
}

const denoFlags = ["-q", "--no-prompt", "--config", pathOf("deno.json"), "-P=bench", "--v8-flags=--expose-gc"];

function candidateOf(runner: Runner, common: Omit<Job, "kind" | "precision">, peers: PeerPython): Candidate {
  const { name, kind, precision, script, options, env = {} } = runner;
  const program = pathOf(`runners/${script}`);
  return {
    name,
    group: groupOf(runner),
    tolerance: kind === "layer" ? layerTolerance : lossTolerance[precision],
    command: {
      ...(script.endsWith(".py") ? { program: peers.executable, args: [program] } : {
        program: Deno.execPath(),
        args: ["run", ...denoFlags, program],
      }),
      env: { TF_CPP_MIN_LOG_LEVEL: "2", NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1", ...env },
      job: { ...common, kind, precision, ...options },
    },
  };
}

/** Adam's first steps follow the signs of the gradient, so rounding alone moves VGG-16's second loss by 1.5e-3. */
const lossTolerance = { float32: 5e-3, bfloat16: 5e-2 } as const;
/** jax-js sums 1.6 million squares one after another in float32. */
const layerTolerance = 5e-3;

/** Returns the path of a file in this folder. */
function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Lists the versions of all that took part. */
function buildLines(measurements: readonly Measurement[]): string[] {
  const builds = measurements.flatMap(({ rows }) => rows.flatMap(({ builds }) => Object.entries(builds)));
  return [...new Set(builds.map(([name, version]) => `${name} ${version}`))].sort();
}
