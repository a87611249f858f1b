/** The golden files hold what their generators make: PyTorch's, scikit-learn's and Pillow's numbers, made anew. */
import { assert, assertEquals } from "@std/assert";
import forms from "../../data/golden/forms.json" with { type: "json" };
import resize from "../../data/golden/resize.json" with { type: "json" };
import dsl from "../../dsl/golden/expected.json" with { type: "json" };
import metrics from "../../evaluate/golden/metrics.json" with { type: "json" };
import ops from "../../ops/golden/expected.json" with { type: "json" };
import train from "../../train/golden/expected.json" with { type: "json" };
import reference from "../parity/reference.json" with { type: "json" };
import { python } from "./python.ts";

/** PyTorch in float64 differs between processors in the last digits. */
const tolerance = 1e-7;

for (const name of ["alexnet", "resnet18", "vit_tiny_patch16_224"] as const) {
  Deno.test(`PyTorch makes the reference of ${name} anew, its loss curve included`, async () => {
    const made = JSON.parse(await python(new URL("../parity/make_reference.py", import.meta.url), name));
    const { float32_error: _rounding, ...exact } = reference.models[name];
    assertNear(made.models[name], exact, name);
    for (const [salted, { float32_error: _rounding, ...exact }] of Object.entries(reference.salted.models)) {
      if (salted === name) assertNear(made.salted.models[name], exact, `${name}, salted`);
    }
  });
}

for (const [room, expected] of Object.entries({ dsl, ops, train })) {
  Deno.test(`PyTorch makes the numbers anew that the tests of ${room}/ expect`, async () => {
    const made = await python(new URL(`../../${room}/golden/make_expected.py`, import.meta.url));
    assertNear(JSON.parse(made), expected, room);
  });
}

Deno.test("scikit-learn makes the golden metrics anew", async () => {
  assertNear(
    JSON.parse(await python(new URL("../../evaluate/golden/make_metrics.py", import.meta.url))),
    metrics,
    "metrics",
  );
});

Deno.test("Pillow makes the golden resized images anew", async () => {
  assertNear(JSON.parse(await python(new URL("../../data/golden/make_resize.py", import.meta.url))), resize, "resize");
});

Deno.test("Pillow writes the golden forms of films anew, and reads them so", async () => {
  assertNear(JSON.parse(await python(new URL("../../data/golden/make_forms.py", import.meta.url))), forms, "forms");
});

/** Asserts that `actual` holds all of `expected`, numbers to a relative tolerance. */
function assertNear(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    const error = Math.abs(actual - expected) / Math.max(1e-3, Math.abs(expected));
    assert(error <= tolerance, `${path}: expected ${expected}, got ${actual}`);
  } else if (typeof expected === "object" && expected !== null && typeof actual === "object" && actual !== null) {
    const found = new Map(Object.entries(actual));
    for (const [key, value] of Object.entries(expected)) assertNear(found.get(key), value, `${path}/${key}`);
  } else {
    assertEquals(actual, expected, path);
  }
}
