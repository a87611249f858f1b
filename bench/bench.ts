import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { compile } from "../dsl/compile/compile.ts";
import { buildModel, torchName } from "../models/registry.ts";
import { ArmError, startArm } from "./arm_process.ts";
import { type Arm, groupOf } from "./arms.ts";
import { type Absent, contest, type Entrant, LossError } from "./contest.ts";
import { type Job, task } from "./job.ts";
import { describeMachine } from "./machine.ts";
import type { Options, Plan } from "./options.ts";
import { installPeers, type PeerPython } from "./peers.ts";
import { measure, type Measurement, showGrowth, showMeasurement } from "./report.ts";

/** Runs a plan, prints its tables, and writes them as JSON where asked. */
export async function bench(plan: Plan, { rounds, steps, dataDir, json }: Options): Promise<void> {
  const tell = (line: string) => console.error(line);
  const machine = await describeMachine();
  console.log(`${machine.date}, ${machine.processor}, ${machine.threads} threads, ${machine.memoryGB} GB\n`);
  const peers = await installPeers([...new Set(plan.arms.flatMap(({ peers }) => peers))], tell);
  const measurements: Measurement[] = [];
  const run = async (
    model: string,
    batchSize: number,
    arms: readonly Arm[],
    turns: { rounds: number; steps: number },
  ) => {
    tell(`${model}, batch ${batchSize}`);
    const measurement = await measureArms({ model, batchSize, base: plan.base }, arms, peers, {
      ...turns,
      dataDir,
      tell,
    });
    measurements.push(measurement);
    console.log(showMeasurement(measurement).join("\n"));
    // after each, so that a long run that is cut short leaves what it measured
    if (json) await Deno.writeTextFile(json, `${JSON.stringify({ machine, rounds, steps, measurements }, null, 2)}\n`);
  };
  const layers = plan.arms.filter(({ kind }) => kind === "layer");
  const models = plan.arms.filter(({ kind }) => kind !== "layer");
  if (models.length > 0) {
    for (const model of plan.models) {
      for (const batchSize of plan.batchSizes) await run(model, batchSize, models, { rounds, steps });
    }
  }
  // jax-js takes seconds for one
  if (layers.length > 0) {
    await run("3×3 convolution, 64 → 64, 56²", 8, layers, { rounds: Math.min(rounds, 2), steps: 1 });
  }
  console.log(showGrowth(measurements).join("\n"));
  console.log(buildLines(measurements).join("\n"));
}

/** Lets the arms compete at one model and batch size. */
async function measureArms(
  settings: Pick<Measurement, "model" | "batchSize" | "base">,
  arms: readonly Arm[],
  peers: PeerPython,
  options: { rounds: number; steps: number; dataDir?: string; tell: (line: string) => void },
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
    const job = { ...common, ...modelSpec(model, arms) };
    const wantExport = arms.some(({ needsOnnx }) => needsOnnx);
    const exportProblem = wantExport ? await exportOnnx(job, peers, options.tell) : undefined;
    const reasons = arms.map((arm) => (arm.needsOnnx ? exportProblem : undefined) ?? missingPeer(arm, peers));
    const absent = arms.flatMap(({ name }, i): Absent[] =>
      reasons[i] === undefined ? [] : [{ name, reason: reasons[i] }]
    );
    const entrants = arms.filter((_, i) => reasons[i] === undefined).map((arm) => entrantOf(arm, job, peers));
    const result = await contest(entrants, options);
    return measure(settings, arms, { outcomes: result.outcomes, absent: [...absent, ...result.absent] });
  } catch (error) {
    if (error instanceof LossError) throw new UserError(error.message, { exitStatus: 1 });
    throw error;
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** Why a package that an arm needs could not be had. */
function missingPeer(arm: Arm, { missing }: PeerPython): string | undefined {
  return arm.peers.map((peer) => missing.get(peer)).find((reason) => reason !== undefined);
}

/** Writes the model for the arms that read ONNX; why not, where it fails. */
async function exportOnnx(job: unknown, { executable }: PeerPython, tell: (line: string) => void) {
  try {
    await using exported = await startArm({ program: executable, args: [pathOf("arms/export_onnx.py")], job });
    tell(`exported by onnx ${exported.builds.onnx}`);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    return `the model's export: ${error.message}`;
  }
}

/** The spec, and PyTorch's names of its parameters, for arms that build the model from it. */
function modelSpec(model: string, arms: readonly Arm[]): { spec?: unknown; names?: Readonly<Record<string, string>> } {
  if (!arms.some(({ peers }) => peers.includes("tensorflow"))) return {};
  const spec = buildModel(model, { numClasses: task.classes, dropout: 0 });
  const { parameters } = compile(spec, { input: [task.size, task.size, 1] });
  return { spec, names: Object.fromEntries(parameters.map(({ path }) => [path, torchName(model, path)])) };
}

function entrantOf(arm: Arm, common: Omit<Job, "kind" | "precision">, peers: PeerPython): Entrant {
  const { name, kind, precision, script, options, env = {} } = arm;
  const program = pathOf(`arms/${script}`);
  return {
    name,
    group: groupOf(arm),
    tolerance: kind === "layer" ? layerTolerance : lossTolerance[precision],
    command: {
      ...script.endsWith(".py") ? { program: peers.executable, args: [program] } : {
        program: Deno.execPath(),
        args: ["run", "-q", "--no-prompt", "--config", pathOf("deno.json"), "-P=bench", "--v8-flags=--expose-gc", program],
      },
      env: { TF_CPP_MIN_LOG_LEVEL: "2", NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1", ...env },
      job: { ...common, kind, precision, ...options },
    },
  };
}

/** Adam's first steps are close to the signs of the gradient: rounding alone moves VGG-16's second loss by 1.5e-3. */
const lossTolerance = { float32: 5e-3, bfloat16: 5e-2 } as const;
/** jax-js adds 1.6 million squares one after another in float32. */
const layerTolerance = 5e-3;

/** The path of a file in this folder. */
function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Every build that took part. */
function buildLines(measurements: readonly Measurement[]): string[] {
  const builds = measurements.flatMap(({ rows }) => rows.flatMap(({ builds }) => Object.entries(builds)));
  return [...new Set(builds.map(([name, version]) => `${name} ${version}`))].sort();
}
