import { alignColumns } from "../../text_table.ts";
import { showShape } from "../errors.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Model } from "./compile.ts";
import { type Leaf, leaves } from "./tree.ts";

/** One layer in a summary. */
export interface SummaryRow {
  /** The path of the layer: `features/0/conv`. */
  readonly path: string;
  /** The layer's type. */
  readonly type: string;
  /** The layer in a few words: `3×3, stride 2, padding 1`. */
  readonly details: string;
  /** The shape of the output, without the batch. */
  readonly output: Shape;
  /** The number of trainable parameters. */
  readonly parameters: number;
  /** Multiply-adds of convolutions, dense layers and attention, for one image. */
  readonly multiplyAdds: number;
}

/**
 * Lists the layers of a model, in the order in which they run.
 *
 * @example
 * ```ts
 * import { compile, dense, summary } from "@thorax/thorax";
 * const [row] = summary(compile(dense(15), { input: [512] }));
 * console.assert(row.parameters === 7695 && row.multiplyAdds === 7680);
 * ```
 */
export function summary(model: Model): readonly SummaryRow[] {
  return leaves(model.tree).map(rowOf);
}

/** Describes one layer. */
export function rowOf({ path, type, spec, layer, input, output, parameters }: Leaf): SummaryRow {
  return {
    path,
    type,
    details: layer.summary?.(spec) ?? "",
    output: output.shape,
    parameters: total(Object.values(parameters), ({ shape, trainable = true }) => trainable ? sizeOf(shape) : 0),
    multiplyAdds: layer.multiplyAdds?.(spec, input, output.shape) ?? 0,
  };
}

/** Formats the summary as an aligned table with totals. */
export function formatSummary(model: Model): string {
  const rows = summary(model);
  const number = (value: number) => value === 0 ? "" : value.toLocaleString("en-US");
  const cells = [
    ["layer", "type", "", "output", "parameters", "multiply-adds"],
    ["(input)", "", "", showShape(model.input), "", ""],
    ...rows.map(({ path, type, details, output, parameters, multiplyAdds }) => [
      path,
      type,
      details,
      showShape(output),
      number(parameters),
      number(multiplyAdds),
    ]),
    [
      "total",
      "",
      "",
      showShape(model.output),
      number(total(rows, ({ parameters }) => parameters)),
      number(total(rows, ({ multiplyAdds }) => multiplyAdds)),
    ],
  ];
  const lines = alignColumns(cells, { textColumns: 4, indent: "" });
  const rule = "─".repeat(lines[0].length);
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines[lines.length - 1]].join("\n");
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
