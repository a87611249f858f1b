import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { parseLabelDict } from "./label_dict.ts";

Deno.test("label_dict.txt: the index sets the order, whatever the lines' order, line ends and blanks", () => {
  assertEquals(parseLabelDict("\ufeffNo Finding:2\r\nMass : 0\r\n\r\nNodule:1", "d"), ["Mass", "Nodule", "No Finding"]);
});

Deno.test("label_dict.txt: each mistake names its line", () => {
  const fails = (text: string, message: string) =>
    assertEquals(assertThrows(() => parseLabelDict(text, "label_dict.txt"), UserError).message, message);
  fails("Mass:0\nNodule", 'label_dict.txt, line 2: expected name:index, got "Nodule"');
  fails("Mass:0\nMass:1", "label_dict.txt, line 2: Mass is already on line 1");
  fails("Mass:0\nNodule:0", "label_dict.txt, line 2: Nodule has index 0, as Mass has");
  fails("Mass:0\nNodule:2", "label_dict.txt: no label has index 1. Number the labels 0, 1, 2, … in a row.");
  fails("Mass:0\nmass:1", "label_dict.txt, line 2: mass is already on line 1");
  fails("Mass:0\nno_finding:1", "label_dict.txt, line 2: no_finding must be written No Finding");
  fails("Mass:0\nNodule:4294967294", "label_dict.txt: no label has index 1. Number the labels 0, 1, 2, … in a row.");
  fails("\n", "label_dict.txt has no name:index line");
});
