import { assertEquals, assertThrows } from "@std/assert";
import { predictionsCsv } from "./predictions_csv.ts";

Deno.test("predictions.csv: its columns, its quoting", () => {
  const csv = predictionsCsv({
    images: ["1.png", 'a "b",\nc.png'],
    patients: ["7", "8"],
    split: ["test", "train"],
    labels: ["Mass", "Other, rare"],
    probabilities: Float32Array.of(0.1, 1, 0, 1e-9),
    targets: [1, 0, 0, 1],
  });
  assertEquals(
    csv,
    'image,patient,split,y_Mass,p_Mass,"y_Other, rare","p_Other, rare"\n' +
      "1.png,7,test,1,0.1,0,1\n" +
      '"a ""b"",\nc.png",8,train,0,0,1,1e-9\n',
  );
});

Deno.test("predictions.csv: every probability comes back bit for bit", () => {
  const values = Array.from({ length: 1000 }, (_, i) => 1 / (1 + Math.exp((i - 500) / 7.3)));
  for (const probabilities of [Float32Array.from(values), Float64Array.from(values)]) {
    const csv = predictionsCsv({
      images: values.map((_, i) => `${i}.png`),
      split: "test",
      labels: ["Mass"],
      probabilities,
      targets: new Uint8Array(values.length),
    });
    const rows = csv.trimEnd().split("\n").slice(1).map((line) => line.split(","));
    assertEquals(probabilities.map((_, i) => Number(rows[i][4])), probabilities);
    assertEquals(rows[0].slice(0, 4), ["0.png", "", "test", "0"]);
  }
});

Deno.test("predictions.csv: films and numbers that do not go together", () => {
  const input = { images: ["1.png"], split: "val", labels: ["Mass"], probabilities: Float32Array.of(), targets: [] };
  assertThrows(() => predictionsCsv(input), TypeError, "0 probabilities and 0 targets do not go with 1 films");
  assertThrows(() => predictionsCsv({ ...input, split: [] }), TypeError, "one split for each of 1 films");
});
