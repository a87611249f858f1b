/** For tests: folders of small films in NIH's layout, each film with pixels of its own, and a model that trains on them at once. */
import { encode } from "fast-png";
import { dense } from "../dsl/layers/dense.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { randomStream } from "../random.ts";

const side = 16;

/** A row of the label table, and what its image shows. */
export interface FolderFilm {
  readonly image: string;
  readonly patient: string;
  /** Joined by `|`. */
  readonly labels: string;
  /** Films of one content have the same pixels. */
  readonly content: string;
}

/** Films `p0_0.png` … of patients 0 …, who have by turns a mass, an effusion, both, and nothing. */
export function folderFilms(
  { patients, perPatient = 1, seed = "films" }: {
    readonly patients: number;
    readonly perPatient?: number;
    readonly seed?: string;
  },
): FolderFilm[] {
  return Array.from({ length: patients * perPatient }, (_, i) => {
    const patient = Math.floor(i / perPatient);
    return {
      image: `p${patient}_${i % perPatient}.png`,
      patient: `${patient}`,
      labels: ["Mass", "Effusion", "Mass|Effusion", "No Finding"][patient % 4],
      content: `${seed} ${i}`,
    };
  });
}

/** Writes a label table and its images, noise, at a compression `level`; images that were there before go. */
export function writeFolder(
  folder: string,
  films: readonly FolderFilm[],
  { level = 0 }: { readonly level?: 0 | 9 } = {},
): string {
  Deno.mkdirSync(`${folder}/images`, { recursive: true });
  for (const { name } of Deno.readDirSync(`${folder}/images`)) Deno.removeSync(`${folder}/images/${name}`);
  for (const { image, content } of films) {
    const noise = randomStream(0, content), data = Uint8Array.from({ length: side * side }, () => noise.integer(256));
    const bytes = encode({ width: side, height: side, channels: 1, depth: 8, data }, { zlib: { level } });
    Deno.writeFileSync(`${folder}/images/${image}`, bytes);
  }
  const rows = films.map(({ image, labels, patient }) => `${image},${labels},${patient}`);
  const table = ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n");
  Deno.writeTextFileSync(`${folder}/Data_Entry_2017.csv`, table);
  return folder;
}

/** Writes a model of one dense layer for NIH's 15 labels; the path of its file. */
export function writeLinear(folder: string): string {
  const path = `${folder}/linear.ts`;
  Deno.writeTextFileSync(path, `export default ${JSON.stringify(stack({ flatten: flatten(), head: dense(15) }))};\n`);
  return path;
}

/** Overwrites the middle of a file with zeros: its ends, which the check before training reads, stay as they are. */
export function damageMiddle(path: string): void {
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0, bytes.length * 0.4, bytes.length * 0.6));
}
