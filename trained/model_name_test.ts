import { assertEquals } from "@std/assert";
import { isFile, modelName } from "./model_name.ts";

Deno.test("modelName: a name as it is, a file's stem", () => {
  assertEquals(["vgg16_bn", "my_model.ts", "../a.b/net.v2.ts"].map(modelName), ["vgg16_bn", "my_model", "net.v2"]);
  assertEquals(modelName("a/b\x1b\\c.ts"), "b��c");
});

Deno.test("isFile: a dot or a slash makes a file of a name", () => {
  assertEquals(["vgg16_bn", "net.ts", "a/net", "a\\net"].map(isFile), [false, true, true, true]);
});
