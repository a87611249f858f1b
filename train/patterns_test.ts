import { assertEquals } from "@std/assert";
import { matcher, patternsOf, ratesOf } from "./patterns.ts";

const paths = ["stem/conv/kernel", "stem/bn1/scale", "layer1/0/bn1/scale", "layer1/0/conv1/kernel", "layer12/bias"];
const matched = (pattern: string) => paths.filter(matcher(pattern)).map((path) => paths.indexOf(path));

Deno.test("matcher: a path is itself and all that is below it, whole parts of it alone", () => {
  assertEquals(matched("stem"), [0, 1]);
  assertEquals(matched("stem/conv/kernel"), [0]);
  assertEquals(matched("layer1"), [2, 3]);
  assertEquals([matched("ste"), matched("conv"), matched("stem/conv/kernel/x")], [[], [], []]);
});

Deno.test("matcher: * is within a part, ** any number of parts, a dot a slash", () => {
  assertEquals(matched("layer*"), [2, 3, 4]);
  assertEquals(matched("*/bn1"), [1]);
  assertEquals(matched("**/bn1"), [1, 2]);
  assertEquals(matched("**/kernel"), [0, 3]);
  assertEquals(matched("layer1/**/scale"), [2]);
  assertEquals(matched("layer1.*.conv1"), [3]);
  assertEquals(matched("**"), [0, 1, 2, 3, 4]);
  assertEquals([matcher("**/bn")("bn/scale"), matcher("a.b")("a.b/kernel")], [true, true]);
});

Deno.test("matcher: what means something in an expression means itself", () => {
  assertEquals([matcher("a+(b)")("a+(b)/kernel"), matcher("a+")("aa/kernel"), matcher("[as]tem")(paths[0])], [
    true,
    false,
    false,
  ]);
});

Deno.test("patternsOf, ratesOf: lists with commas", () => {
  assertEquals([patternsOf("stem, layer1/*,"), patternsOf(), patternsOf(" ,")], [["stem", "layer1/*"], [], []]);
  assertEquals(ratesOf("stem=1e-5, fc = 0.01"), [{ pattern: "stem", rate: 1e-5 }, { pattern: "fc", rate: 0.01 }]);
  assertEquals(["fc", "fc=-1", "=1", "a=1=2", "a=Infinity"].map((list) => ratesOf(list)), Array(5).fill(undefined));
});
