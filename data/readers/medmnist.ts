import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import { listNpz } from "../../formats/npz.ts";
import { entries } from "../files/folder.ts";
import { isTextTableName } from "../tables/table.ts";
import { openMedmnist } from "./medmnist_films.ts";
import { medmnistArrays } from "./medmnist_sets.ts";
import type { FileReader } from "./reader.ts";

/** ChestMNIST's and PneumoniaMNIST's layout: one `.npz` file with images, labels and three splits. */
export const medmnist: FileReader = {
  from: "files",
  looks: `an .npz file with the arrays ${medmnistArrays.join(", ")}`,
  mayRead: (name) => name.endsWith(".npz"),
  async find(place) {
    if (place.isFile && isTextTableName(basename(place.path))) return undefined;
    const path = place.isFile ? place.path : await findArchive(place.path);
    return path !== undefined && await hasArrays(path) ? { path, others: [] } : undefined;
  },
  open: ({ path }, { labels }) => openMedmnist(path, labels),
};

/** Finds the `.npz` file of a folder; asks the user to choose where there are several. */
async function findArchive(folder: string): Promise<string | undefined> {
  const files = (await entries(folder)).map(({ name }) => name).filter(medmnist.mayRead);
  if (files.length <= 1) return files.length === 1 ? `${folder}/${files[0]}` : undefined;
  throw new UserError(`${folder} has several .npz files: ${files.join(", ")}`, {
    remedy: `Name one, for example --data-dir ${folder}/${files[0]}`,
  });
}

async function hasArrays(path: string): Promise<boolean> {
  const arrays = await listNpz(path);
  return medmnistArrays.every((array) => arrays.includes(array));
}
