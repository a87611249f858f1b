import { didYouMean, UserError } from "../../errors.ts";
import { medmnist } from "./medmnist.ts";
import { nih } from "./nih.ts";
import { phantom } from "./phantom.ts";
import type { DatasetReader } from "./reader.ts";

/**
 * Every kind of dataset by its name, which is a value of `--dataset`. Where several readers find their layout in a folder, the
 * first of them opens it.
 */
export const readers = { nih, medmnist, phantom } as const satisfies Record<string, DatasetReader>;

/** A kind of dataset, or `auto`: the first that fits. */
export type DatasetKind = "auto" | keyof typeof readers;

/** Every {@linkcode DatasetKind}, the default first. */
export const datasetKinds: readonly ["auto", ...DatasetKind[]] = [
  "auto",
  ...Object.keys(readers).filter(isDatasetKind),
];

/**
 * Checks that a name, for example out of a checkpoint, is a kind of dataset that this version reads.
 *
 * @throws {UserError} where it is none
 */
export function datasetKind(name: string): DatasetKind {
  if (isDatasetKind(name)) return name;
  const near = didYouMean(name, datasetKinds) || `; the kinds are ${datasetKinds.join(", ")}`;
  throw new UserError(`there is no dataset kind "${name}"${near}`);
}

function isDatasetKind(name: string): name is DatasetKind {
  return name === "auto" || Object.hasOwn(readers, name);
}
