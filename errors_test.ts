import { assertEquals } from "@std/assert";
import { didYouMean, UserError } from "./errors.ts";

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
});
