import { assertEquals } from "@std/assert";
import { defaultNormalization, normalizer, rangeFault } from "./normalization.ts";

const xray = { mean: 0.5, std: 0.5 / 1024 };

Deno.test("normalizer: bytes and deeper pixels, by any scale, into a channel of several", () => {
  const out = new Float32Array(4);
  normalizer()(Uint8Array.of(0, 51), out, 1, 2);
  assertEquals(out, Float32Array.of(0, -1, 0, -0.6));
  normalizer(xray)(Float32Array.of(0, 127.5, 255), out, 1);
  assertEquals(out, Float32Array.of(0, -1024, 0, 1024));
});

Deno.test("rangeFault: values far outside of a scale, or in a sliver of it, are odd; a uniform film is not", () => {
  assertEquals(rangeFault(Float32Array.of(-1, 1), [defaultNormalization]), undefined);
  assertEquals(rangeFault(Float32Array.of(0, 0), [xray]), undefined);
  assertEquals(
    rangeFault(Float32Array.of(-1, 1), [xray]),
    "values from -1 to 1, and the model expects -1024 (black) to 1024 (white)",
  );
  assertEquals(
    rangeFault(Float32Array.of(0, 255), [defaultNormalization]),
    "values from 0 to 255, and the model expects -1 (black) to 1 (white)",
  );
  assertEquals(
    rangeFault(Float32Array.of(0, NaN, 0.5), [defaultNormalization]),
    "values from NaN to NaN, and the model expects -1 (black) to 1 (white)",
  );
});

Deno.test("rangeFault: up to half a span outside, and from a fiftieth of it on, values are those of films", () => {
  const percent = { mean: 0, std: 1 / 50 }; // films from 0 to 50
  const isOdd = (...values: number[]) => rangeFault(Float32Array.from(values), [percent]) !== undefined;
  assertEquals([isOdd(-25, 50), isOdd(-25.01, 50)], [false, true]);
  assertEquals([isOdd(0, 75), isOdd(0, 75.01)], [false, true]);
  assertEquals([isOdd(10, 11), isOdd(10, 10.99), isOdd(10, 10)], [false, true, false]);
});
