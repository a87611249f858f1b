import type { Dataset } from "../../data/dataset.ts";
import type { Split } from "../../data/splits/split.ts";
import { csvLine } from "../../formats/csv.ts";
import { splitNames } from "../../lineage/cohort.ts";
import { replaceFile } from "../../formats/atomic_file.ts";

/** Writes a run's `split.csv`: `image,patient,split`, a row for each film of the splits; the patient is empty where none is named. */
export async function writeSplit(path: string, { films, namesPatients }: Dataset, split: Split): Promise<void> {
  const rows = splitNames.flatMap((name) =>
    split[name].map((film) => csvLine([films[film].image, namesPatients ? films[film].patient : "", name]))
  );
  const text = [csvLine(["image", "patient", "split"]), ...rows].join("");
  await replaceFile(path, (append) => append(new TextEncoder().encode(text)));
}
