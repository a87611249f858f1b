import { alignColumns } from "../text_table.ts";
import { type Group, groupOf, type Runner } from "./runners.ts";
import type { Absent, Outcome } from "./comparison.ts";
import type { Job } from "./job.ts";
import { costLine, median, speedRatio } from "./statistics.ts";

/** The measurements of one runner: a row of a table, and of the JSON. */
export interface ReportRow {
  readonly name: string;
  readonly kind: Job["kind"];
  readonly precision: Job["precision"];
  readonly minMs: number;
  readonly medianMs: number;
  readonly imagesPerSecond: number;
  /** How many times faster than the base; undefined if the base is absent. */
  readonly ratio?: number;
  readonly peakAnonymousBytes: number;
  readonly peakResidentBytes: number;
  readonly firstStepMs: number;
  readonly traceMs?: number;
  /** The limit (float32) divided by the median: 1 means that the step is as fast as the limit. */
  readonly shareOfLimit?: number;
  readonly losses: readonly number[];
  readonly builds: Readonly<Record<string, string>>;
  readonly rounds: readonly (readonly number[])[];
}

/** All measurements of one model at one batch size. */
export interface Measurement {
  readonly model: string;
  readonly batchSize: number;
  /** By group, the runner to which the ratios are relative. */
  readonly base: Readonly<Record<Group, string>>;
  /** Three times the fastest peer's float32 forward pass; undefined if no peer ran one. */
  readonly limit?: { readonly ms: number; readonly peer: string };
  readonly rows: readonly ReportRow[];
  readonly absent: readonly Absent[];
}

/** Computes the rows of a table from the outcomes of a comparison. */
export function measure(
  { model, batchSize, base }: Pick<Measurement, "model" | "batchSize" | "base">,
  runners: readonly Runner[],
  { outcomes, absent }: { readonly outcomes: readonly Outcome[]; readonly absent: readonly Absent[] },
): Measurement {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const limit = limitOf(runners, outcomeOf);
  const rows = runners.flatMap(({ name, kind, precision }): ReportRow[] => {
    const outcome = outcomeOf.get(name), against = outcomeOf.get(base[groupOf({ kind, precision })]);
    if (!outcome) return [];
    const steps = outcome.rounds.flat(), medianMs = median(steps);
    return [{
      name,
      kind,
      precision,
      minMs: Math.min(...steps),
      medianMs,
      imagesPerSecond: batchSize / medianMs * 1000,
      ratio: against && speedRatio(against.rounds, outcome.rounds),
      peakAnonymousBytes: outcome.memory.anonymous,
      peakResidentBytes: outcome.memory.resident,
      firstStepMs: outcome.firstStepMs,
      traceMs: outcome.traceMs,
      shareOfLimit: limit && kind === "train" && precision === "float32" ? limit.ms / medianMs : undefined,
      losses: outcome.losses,
      builds: outcome.builds,
      rounds: outcome.rounds,
    }];
  });
  return { model, batchSize, base, limit, rows, absent };
}

function limitOf(runners: readonly Runner[], outcomes: ReadonlyMap<string, Outcome>): Measurement["limit"] {
  const forward = runners.flatMap(({ name, kind, precision, peers }) => {
    const outcome = outcomes.get(name);
    const counts = kind === "inference" && precision === "float32" && peers.length > 0;
    return outcome && counts ? [{ peer: name, ms: 3 * median(outcome.rounds.flat()) }] : [];
  });
  return forward.sort((a, b) => a.ms - b.ms)[0];
}

/** Formats a measurement as tables, one for each kind of work. */
export function showMeasurement({ model, batchSize, base, limit, rows, absent }: Measurement): string[] {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const tables = kinds.flatMap((kind) => {
    const own = rows.filter((row) => row.kind === kind);
    return [`${titles[kind]}: ${model}, batch ${batchSize}${basesOf(own, base)}`, ...table(own), ""];
  });
  const limitLine = limit
    ? [`The limit of a step, three times the forward pass of ${limit.peer}: ${limit.ms.toFixed(1)} ms`, ""]
    : [];
  return [...tables, ...limitLine, ...absent.map(({ name, reason }) => `absent: ${name}: ${reason}`)];
}

/** Names the bases of a table's rows, one for each group. */
function basesOf(rows: readonly ReportRow[], base: Measurement["base"]): string {
  const compared = rows.filter(({ ratio }) => ratio !== undefined);
  const names = [...new Set(compared.map((row) => base[groupOf(row)]))];
  return names.length > 0 ? `; the base is ${names.join(", ")}` : "";
}

const titles: Readonly<Record<Job["kind"], string>> = {
  train: "Training",
  films: "Training on films",
  inference: "Inference",
  layer: "One layer, forward and backward",
};

/** A column of the table. A column that no row fills is left out. */
type Column = readonly [heading: string, cell: (row: ReportRow) => string | undefined];

function table(rows: readonly ReportRow[]): string[] {
  const columns: Column[] = [
    ["runner", ({ name }) => name],
    ["precision", ({ precision }) => precision],
    ["min ms", ({ minMs }) => minMs.toFixed(1)],
    ["median ms", ({ medianMs }) => medianMs.toFixed(1)],
    ["images/s", ({ imagesPerSecond }) => imagesPerSecond.toFixed(1)],
    ["× base", ({ ratio }) => ratio?.toFixed(2)],
    ["of limit", ({ shareOfLimit }) => shareOfLimit?.toFixed(2)],
    ["RssAnon GB", ({ peakAnonymousBytes }) => gigabytes(peakAnonymousBytes)],
    ["RSS GB", ({ peakResidentBytes }) => gigabytes(peakResidentBytes)],
    ["first step s", ({ firstStepMs }) => (firstStepMs / 1000).toFixed(1)],
    ["trace ms", ({ traceMs }) => traceMs?.toFixed(0)],
    ["loss", ({ losses }) => losses.at(-1)?.toFixed(5)],
  ];
  const filled = columns.filter(([, cell]) => rows.some((row) => cell(row) !== undefined));
  return alignColumns([
    filled.map(([heading]) => heading),
    ...rows.map((row) => filled.map(([, cell]) => cell(row) ?? "")),
  ]);
}

const gigabytes = (bytes: number) => bytes > 0 ? (bytes / 1e9).toFixed(2) : undefined;

/** Formats how the cost of a step grows with the batch, for each model measured at more than one batch size. */
export function showGrowth(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.map(({ model }) => model))].flatMap((model) => {
    const own = measurements.filter((measurement) => measurement.model === model)
      .toSorted((a, b) => a.batchSize - b.batchSize);
    if (own.length < 2) return [];
    const names = [...new Set(own.flatMap(({ rows }) => rows.map(({ name }) => name)))];
    const rows = names.map((name) => {
      const points = own.flatMap(({ batchSize, rows }) => {
        const row = rows.find((row) => row.name === name);
        return row ? [{ images: batchSize, ms: row.medianMs }] : [];
      });
      const perImage = own.map(({ batchSize }) => {
        const point = points.find(({ images }) => images === batchSize);
        return point ? (point.ms / batchSize).toFixed(2) : "";
      });
      if (points.length < 2) return [name, ...perImage];
      const line = costLine(points);
      return [name, ...perImage, line.fixed.toFixed(1), line.perImage.toFixed(2)];
    });
    const heading = ["ms per image", ...own.map(({ batchSize }) => `batch ${batchSize}`), "fixed ms", "+ ms per image"];
    return [
      `How ${model}'s cost grows with the batch: ms = fixed + per image · batch`,
      ...alignColumns([heading, ...rows]),
      "",
    ];
  });
}
