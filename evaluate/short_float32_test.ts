import { assertEquals } from "@std/assert";
import { shortFloat32 } from "./short_float32.ts";

Deno.test("shortFloat32: as few digits as bring the same float32 back", () => {
  const floats = [0.1, 1 / 3, 16777216, 1e-45, 3.4028234663852886e38, -0.0591305531561375, 0].map(Math.fround);
  const short = ["0.1", "0.33333334", "16777216", "1.4013e-45", "3.4028235e+38", "-0.059130553", "0"];
  assertEquals(floats.map(shortFloat32), short);
  assertEquals(short.map((text) => Math.fround(Number(text))), floats);
});
