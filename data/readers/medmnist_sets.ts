import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import type { NpzFile } from "../../formats/npz.ts";
import { splitNames as splits } from "../../lineage/cohort.ts";
import { nihLabels, noFindingName } from "../labels.ts";

/** The arrays of a MedMNIST file. */
export const medmnistArrays: readonly string[] = splits.flatMap((split) => [`${split}_images`, `${split}_labels`]);

/** A MedMNIST set of chest films. A row of zeros means No Finding, where that is a label. */
export interface MedmnistSet {
  readonly name: string;
  /** The finding of each column. */
  readonly findings: readonly string[];
  /** The labels of its films, unless the data bring others. */
  readonly labels: readonly string[];
}

const chest: MedmnistSet = {
  name: "ChestMNIST",
  findings: nihLabels.filter((label) => label !== noFindingName),
  labels: nihLabels,
};

/** Kermany et al. 2018: children's films, normal (0) or with pneumonia (1). */
const pneumonia: MedmnistSet = {
  name: "PneumoniaMNIST",
  findings: ["Pneumonia"],
  labels: [noFindingName, "Pneumonia"],
};

/** The remedy for files of any other set. */
export const setsOfChestFilms = `Of MedMNIST's sets, ${chest.name} and ${pneumonia.name} are of chest films`;

/** The name of the MedMNIST set that a file's name begins with: `breastmnist` of `breastmnist_64.npz`. */
const setNameOf = ({ path }: NpzFile) => /^[a-z]+mnist(3d)?/.exec(basename(path).toLowerCase())?.[0];

/**
 * Finds the set that a file holds. Labels of one column are PneumoniaMNIST's, unless the file's name says another set; a note tells
 * where the name says none.
 *
 * @throws {UserError} for sets of other images
 */
export async function findMedmnistSet(file: NpzFile): Promise<{ readonly set: MedmnistSet; readonly notes: string[] }> {
  const named = setNameOf(file), sets = [chest, pneumonia];
  if (named !== undefined && !sets.some(({ name }) => name.toLowerCase() === named)) {
    throw new UserError(`${file.path} is ${named}, judging by its name`, { remedy: setsOfChestFilms });
  }
  const headers = await Promise.all(splits.map((split) => file.header(`${split}_labels`)));
  const { shape } = await file.header("train_images");
  if (shape.length > 3) {
    throw new UserError(`${file.path}: train_images is [${shape.join(", ")}], and films are [N, height, width]`, {
      remedy: `It holds color images or volumes. ${setsOfChestFilms}`,
    });
  }
  const ofOneColumn = headers.every(({ shape }) => shape.length === 2 && shape[1] === pneumonia.findings.length);
  if (!ofOneColumn || (named !== undefined && named !== pneumonia.name.toLowerCase())) return { set: chest, notes: [] };
  const note =
    `${file.path} has labels of one column, as ${pneumonia.name} has: 0 is read as ${noFindingName}, 1 as Pneumonia`;
  return { set: pneumonia, notes: named === undefined ? [note] : [] };
}
