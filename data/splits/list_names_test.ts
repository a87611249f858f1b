import { assertEquals } from "@std/assert";
import { nameMatcher } from "./list_names.ts";

Deno.test("nameMatcher: names as lists have them", () => {
  const match = nameMatcher(new Set(["a.png", "b b.png", "c.png", "c.jpg", "Zo\u00eb.png", "d.png"]));
  const { images, adapted, unknown } = match([
    "a.png",
    "b b.png",
    "images/Zoe\u0308.png",
    "d",
    "images\\a.png",
    "d.png 0 1 0",
    // two images, another case, another file
    "c",
    "C.png",
    "d.jpg",
  ]);
  assertEquals([...images], ["a.png", "b b.png", "Zo\u00eb.png", "d.png"]);
  assertEquals(adapted.map(({ name, image }) => `${name} > ${image}`), [
    "images/Zo\u00eb.png > Zo\u00eb.png",
    "d > d.png",
    "images\\a.png > a.png",
    "d.png 0 1 0 > d.png",
  ]);
  assertEquals(unknown, ["c", "C.png", "d.jpg"]);
});

Deno.test("nameMatcher: a table of paths, which may share their last part", () => {
  const match = nameMatcher(new Set(["images_001/a.png", "images_002\\b.png", "p1/view.jpg", "p2/view.jpg", "c"]));
  const { images, unknown } = match(["a.png", "b", "c.png", "p2/view.jpg", "view.jpg", "p3/view.jpg"]);
  assertEquals([...images], ["images_001/a.png", "images_002\\b.png", "c", "p2/view.jpg"]);
  assertEquals(unknown, ["view.jpg", "p3/view.jpg"]);
});
