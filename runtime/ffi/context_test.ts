import { assertEquals } from "@std/assert";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import { configProto } from "./context.ts";
import { openEngine } from "../open.ts";

const bytes = (...options: Parameters<typeof configProto>) =>
  [...configProto(...options)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

// Read back with `protoc --decode_raw`: 2: 4, 5: 2, 1 {1: "GPU", 2: 0}; 2: 4, 5: 2, 6 {4: 1, 5: "0"}.
Deno.test("configProto: threads, and no GPU for the CPU", () => {
  assertEquals(bytes({ device: "cpu", index: 0, threads: 4 }), "10 04 28 02 0a 07 0a 03 47 50 55 10 00");
});

Deno.test("configProto: a GPU by its index, with memory that grows as it is needed", () => {
  assertEquals(bytes({ device: "cuda", index: 0, threads: 4 }), "10 04 28 02 32 05 20 01 2a 01 30");
  assertEquals(bytes({ device: "auto", index: 12, threads: 4 }), "10 04 28 02 32 06 20 01 2a 02 31 32");
});

Deno.test("configProto: 128 threads and more take two bytes", () => {
  assertEquals(bytes({ device: "auto", index: 0, threads: 127 }).slice(0, 11), "10 7f 28 02");
  assertEquals(bytes({ device: "auto", index: 0, threads: 128 }).slice(0, 14), "10 80 01 28 02");
  assertEquals(bytes({ device: "auto", index: 0, threads: 384 }).slice(0, 14), "10 80 03 28 02");
});

Deno.test(
  "openEngine: the CPU's engine says what it is, once for the process",
  needs("read", "ffi", "env", "run"),
  async () => {
    await useEngine();
    const [first, second] = await Promise.all([
      openEngine({ device: "cpu" }),
      openEngine({ device: "auto", index: 3 }),
    ]);
    assertEquals(first === second, true);
    assertEquals(first.gpu, false);
    assertEquals(/^2\.\d+\.\d+$/.test(first.version), true, first.version);
  },
);
