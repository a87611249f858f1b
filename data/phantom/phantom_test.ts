import { assert, assertEquals } from "@std/assert";
import { runFilmJob } from "../stream/film_job.ts";
import { nihLabels } from "../labels.ts";
import { openPhantom } from "./phantom.ts";
import { phantomBoxes, renderPhantom } from "./film.ts";
import { splitFilms } from "../splits/split.ts";

const noFinding = nihLabels.indexOf("No Finding");
const film = (labels: string[], number = 5) => renderPhantom({ seed: 0, film: number, patient: 3, labels });

Deno.test("phantom: 640 films of 320 patients, 1 to 4 each, half normal, NIH's order of findings", () => {
  const { films, synthetic, name } = openPhantom();
  assertEquals([films.length, synthetic, name], [640, true, "phantom (synthetic)"]);
  const perPatient = Map.groupBy(films, ({ patient }) => patient);
  assertEquals(perPatient.size, 320);
  assertEquals(new Set([...perPatient.values()].map((its) => its.length)), new Set([1, 2, 3, 4]));
  assertEquals(films.filter(({ labels }) => labels.includes(noFinding)).length, 320);
  assert(films.every(({ labels }) => labels.length === 1 || !labels.includes(noFinding)));
  const count = (name: string) => films.filter(({ labels }) => labels.includes(nihLabels.indexOf(name))).length;
  assertEquals(["Hernia", "Cardiomegaly", "Effusion"].map(count), [16, 28, 68]);
  assert(count("Infiltration") >= 84 && count("Infiltration") < 100, `${count("Infiltration")}`);
});

Deno.test("phantom: every label is in train, val and test, whatever the split's seed", () => {
  const phantom = openPhantom();
  for (let seed = 0; seed < 40; seed++) {
    const split = splitFilms(phantom, { seed });
    for (const part of ["train", "val", "test"] as const) {
      const present = new Set(split[part].flatMap((film) => phantom.films[film].labels));
      assertEquals(present.size, 15, `seed ${seed}, ${part}`);
    }
  }
});

Deno.test("phantom: a film is a function of its seed and number", () => {
  assertEquals(film(["Mass"]), film(["Mass"]));
  assert(film(["Mass"]).pixels.join() !== film(["Mass"], 6).pixels.join());
});

Deno.test("phantom: a finding changes the film in its box, and there only where it does not move the chest", () => {
  const normal = film(["No Finding"]);
  for (
    const label of ["Mass", "Nodule", "Infiltration", "Consolidation", "Pneumothorax", "Pleural_Thickening", "Hernia"]
  ) {
    const job = { seed: 0, film: 5, patient: 3, labels: [label] };
    const phantom = renderPhantom(job);
    const [box] = phantomBoxes(job);
    let within = 0, without = 0;
    for (let i = 0; i < normal.pixels.length; i++) {
      const x = i % 256, y = Math.floor(i / 256), changed = Math.abs(phantom.pixels[i] - normal.pixels[i]) > 8 ? 1 : 0;
      const margin = 4;
      const hit = x >= box.x - margin && x <= box.x + box.width + margin && y >= box.y - margin &&
        y <= box.y + box.height + margin;
      if (hit) within += changed;
      else without += changed;
    }
    assert(within > 30, `${label}: ${within} pixels changed in its box`);
    assert(without <= within * 0.02, `${label}: ${without} pixels changed outside, ${within} inside`);
  }
});

Deno.test("phantom: mean brightness does not give abnormal films away", async () => {
  const { films, job } = openPhantom();
  const scores: { mean: number; abnormal: boolean }[] = [];
  for (let i = 0; i < films.length; i += 4) {
    const { pixels } = await runFilmJob(await job(i), { imageSize: 32 });
    scores.push({
      mean: Array.from(pixels).reduce((sum, x) => sum + x, 0),
      abnormal: !films[i].labels.includes(noFinding),
    });
  }
  const abnormal = scores.filter((score) => score.abnormal), normal = scores.filter((score) => !score.abnormal);
  let wins = 0;
  for (const a of abnormal) for (const n of normal) wins += +(a.mean > n.mean);
  const auroc = wins / (abnormal.length * normal.length);
  assert(auroc > 0.3 && auroc < 0.7, `AUROC of brightness: ${auroc}`);
});
