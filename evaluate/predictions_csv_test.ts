import { assertEquals, assertThrows } from "@std/assert";
import { predictionsCsv } from "./predictions_csv.ts";
import { sigmoid } from "./sigmoid.ts";

Deno.test("predictions.csv: its columns, its quoting", () => {
  const csv = predictionsCsv({
    images: ["1.png", 'a "b",\nc.png'],
    patients: ["7", "8"],
    split: ["test", "train"],
    labels: ["Mass", "Other, rare"],
    logits: Float32Array.of(0.1, 1e9, -1e9, 0),
    targets: [1, 0, 0, 1],
  });
  assertEquals(
    csv,
    'image,patient,split,y_Mass,p_Mass,logit_Mass,"y_Other, rare","p_Other, rare","logit_Other, rare"\n' +
      `1.png,7,test,1,${sigmoid(Math.fround(0.1))},0.1,0,1,1000000000\n` +
      '"a ""b"",\nc.png",8,train,0,0,-1000000000,1,0.5,0\n',
  );
});

Deno.test("predictions.csv: each of a comma, a quote and either line end is quoted by itself, and nothing else", () => {
  const images = ["a,b", 'a"b', "a\nb", "a\rb", "a b;'\t", ""];
  const csv = predictionsCsv({ images, split: "val", labels: [], logits: new Float32Array(), targets: [] });
  const fields = ['"a,b"', '"a""b"', '"a\nb"', '"a\rb"', "a b;'\t", ""];
  assertEquals(csv, ["image,patient,split", ...fields.map((field) => `${field},,val`)].join("\n") + "\n");
});

Deno.test("predictions.csv: every logit comes back bit for bit, and its probability in float64", () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i - 500) / 7.3);
  for (const logits of [Float32Array.from(values), Float64Array.from(values)]) {
    const csv = predictionsCsv({
      images: values.map((_, i) => `${i}.png`),
      split: "test",
      labels: ["Mass"],
      logits,
      targets: new Uint8Array(values.length),
    });
    const rows = csv.trimEnd().split("\n").slice(1).map((line) => line.split(","));
    assertEquals(logits.map((_, i) => Number(rows[i][5])), logits);
    assertEquals(rows.map((row) => Number(row[4])), Array.from(logits, sigmoid));
    assertEquals(rows[0].slice(0, 4), ["0.png", "", "test", "0"]);
  }
});

Deno.test("predictions.csv: logits of a saturated model differ where their probabilities do not", () => {
  const logits = Float32Array.of(40, 40.5, 60);
  const csv = predictionsCsv({ images: ["1", "2", "3"], split: "test", labels: ["Mass"], logits, targets: [0, 1, 1] });
  assertEquals(csv.trimEnd().split("\n").slice(1), ["1,,test,0,1,40", "2,,test,1,1,40.5", "3,,test,1,1,60"]);
});

Deno.test("predictions.csv: films and numbers that do not go together", () => {
  const input = { images: ["1.png"], split: "val", labels: ["Mass"], logits: Float32Array.of(), targets: [] };
  assertThrows(() => predictionsCsv(input), TypeError, "0 logits and 0 targets do not go with 1 films");
  assertThrows(() => predictionsCsv({ ...input, split: [] }), TypeError, "one split for each of 1 films");
  assertThrows(() => predictionsCsv({ ...input, patients: [] }), TypeError, "one patient and one split");
});
