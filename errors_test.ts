import { assertEquals } from "@std/assert";
import { didYouMean, printable, printableLines, UserError } from "./errors.ts";

Deno.test("UserError: the remedy follows the message, exit status 2 unless told", () => {
  const error = new UserError("no labels in x.csv", { remedy: "Name another file." });
  assertEquals(error.message, "no labels in x.csv. Name another file.");
  assertEquals(error.exitStatus, 2);
  assertEquals(new UserError("disk full", { exitStatus: 1 }).exitStatus, 1);
});

Deno.test("didYouMean: the nearest name, a swap of letters counts once, nothing for a stranger", () => {
  const names = ["vgg16", "resnet18", "resnet34", "alexnet"];
  assertEquals(didYouMean("resnet81", names), "; did you mean resnet18?");
  assertEquals(didYouMean("alexnt", names), "; did you mean alexnet?");
  assertEquals(didYouMean("transformer", names), "");
  for (const [near, far] of [["vg", "v"], ["resnexxxt", "resnexxxxt"]]) {
    assertEquals([didYouMean(near, ["vgg1", "resnet"]) !== "", didYouMean(far, ["vgg1", "resnet"])], [true, ""], near);
  }
  assertEquals(didYouMean("vgg16", ["x".repeat(1e8)]), "");
});

Deno.test("printable: what would steer a terminal is replaced, other text stays", () => {
  assertEquals(printable("a\x1b[2J\nb\x9bc\u2028\u202e\u2066"), "a�[2J�b�c���");
  assertEquals(printable('Éclair, 肺炎 "x" 😀'), 'Éclair, 肺炎 "x" 😀');
  assertEquals(printableLines("a\x1b[2J\n\tb\x7f"), "a\\u001b[2J\n\tb\\u007f");
});

Deno.test("didYouMean: a swap of neighbors is one edit, and two edits are near enough for a short word", () => {
  assertEquals(didYouMean("ablacned", ["balanced"]), "; did you mean balanced?");
  assertEquals(didYouMean("ablacnde", ["balanced"]), "");
});
