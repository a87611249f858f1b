/** For tests: a folder of small films in NIH's layout, and a model that trains on them in a second. */
import { encode } from "fast-png";
import { dense } from "../dsl/dense.ts";
import { flatten } from "../dsl/flatten.ts";
import { stack } from "../dsl/stack.ts";
import { randomStream } from "../random.ts";

const side = 16;

/**
 * Writes `count` films of noise, each of a patient of its own, to `folder`; by turns they show a mass, an effusion, both, and
 * nothing. `linear.ts` beside them is a model of one dense layer.
 */
export function writeCohort(folder: string, count: number): { readonly model: string; readonly films: string } {
  const films = `${folder}/films`, model = `${folder}/linear.ts`;
  Deno.mkdirSync(`${films}/images`, { recursive: true });
  const findings = ["Mass", "Effusion", "Mass|Effusion", "No Finding"];
  const rows = Array.from({ length: count }, (_, film) => `${film}.png,${findings[film % 4]},${film}`);
  Deno.writeTextFileSync(
    `${films}/Data_Entry_2017.csv`,
    ["Image Index,Finding Labels,Patient ID", ...rows, ""].join("\n"),
  );
  for (let film = 0; film < count; film++) {
    const noise = randomStream(film, "noise");
    const data = Uint8Array.from({ length: side * side }, () => noise.integer(256));
    Deno.writeFileSync(
      `${films}/images/${film}.png`,
      encode({ width: side, height: side, channels: 1, depth: 8, data }),
    );
  }
  Deno.writeTextFileSync(model, `export default ${JSON.stringify(stack({ flatten: flatten(), head: dense(15) }))};\n`);
  return { model, films };
}

/** Overwrites the middle of a file with zeros: its ends, which the check before training reads, stay as they are. */
export function damageMiddle(path: string): void {
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0, bytes.length * 0.4, bytes.length * 0.6));
}
