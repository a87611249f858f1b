/** For tests: folders of small films in NIH's layout, each film with pixels of its own. */
import { encode } from "fast-png";
import { randomStream } from "../random.ts";

/** A row of the label table, and what its image shows. */
export interface FolderFilm {
  readonly image: string;
  readonly patient: string;
  /** Joined by `|`. */
  readonly labels: string;
  /** Films of one content have the same pixels. */
  readonly content: string;
}

/** Films `p0_0.png` … of patients 0 …, half of them normal. */
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
      labels: patient % 2 === 0 ? "No Finding" : "Effusion",
      content: `${seed} ${i}`,
    };
  });
}

/** How the images are written. */
export interface ImageForm {
  /** Compression level of the PNG files: the same pixels, other bytes. */
  readonly level?: 0 | 9;
}

/** Writes a label table and its images; what the folder held before goes. */
export function writeFolder(folder: string, films: readonly FolderFilm[], { level = 0 }: ImageForm = {}): string {
  Deno.mkdirSync(`${folder}/images`, { recursive: true });
  for (const { name } of Deno.readDirSync(`${folder}/images`)) Deno.removeSync(`${folder}/images/${name}`);
  for (const { image, content } of films) {
    const stream = randomStream(0, content), data = Uint8Array.from({ length: 64 }, () => stream.integer(256));
    const bytes = encode({ width: 8, height: 8, channels: 1, depth: 8, data }, { zlib: { level } });
    Deno.writeFileSync(`${folder}/images/${image}`, bytes);
  }
  const rows = films.map(({ image, labels, patient }) => `${image},${labels},${patient}`);
  const table = ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n");
  Deno.writeTextFileSync(`${folder}/Data_Entry_2017.csv`, table);
  return folder;
}
