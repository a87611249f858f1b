/**
 * Draws the README's picture, a sheet of eight phantom films with their findings framed:
 * `deno run --allow-read --allow-write docs/pictures/phantom.ts docs/pictures/phantom.png`
 */
import { encode } from "fast-png";
import { noFindingName } from "../../data/labels.ts";
import { runFilmJob } from "../../data/stream/film_job.ts";
import { openPhantom } from "../../data/phantom/phantom.ts";
import { phantomSize } from "../../data/phantom/film.ts";

const columns = 4;
const findings = ["Cardiomegaly", "Effusion", "Pneumothorax", "Mass", "Emphysema", "Edema", "Fibrosis"];
const wanted = [noFindingName, ...findings];
const [path] = Deno.args;
const phantom = openPhantom();
const rows = wanted.length / columns, width = columns * phantomSize, height = rows * phantomSize;
const sheet = new Uint8Array(width * height * 3);
for (const [i, label] of wanted.entries()) {
  const index = phantom.labels.indexOf(label);
  const film = phantom.films.findIndex(({ labels }) => labels.length === 1 && labels[0] === index);
  const left = (i % columns) * phantomSize, top = Math.floor(i / columns) * phantomSize;
  const { pixels } = await runFilmJob(await phantom.job(film), { imageSize: phantomSize });
  const put = (x: number, y: number, color: readonly number[]) => sheet.set(color, ((top + y) * width + left + x) * 3);
  for (let y = 0; y < phantomSize; y++) {
    for (let x = 0; x < phantomSize; x++) {
      const gray = pixels[y * phantomSize + x];
      put(x, y, [gray, gray, gray]);
    }
  }
  for (const box of phantom.boxes(film)) {
    const amber = [255, 176, 32];
    const [x0, y0] = [Math.round(box.x), Math.round(box.y)];
    const [x1, y1] = [
      Math.min(phantomSize - 1, x0 + Math.round(box.width)),
      Math.min(phantomSize - 1, y0 + Math.round(box.height)),
    ];
    for (let x = x0; x <= x1; x++) [y0, y1].forEach((y) => put(x, y, amber));
    for (let y = y0; y <= y1; y++) [x0, x1].forEach((x) => put(x, y, amber));
  }
}
await Deno.writeFile(path, encode({ width, height, data: sheet, channels: 3, depth: 8 }));
