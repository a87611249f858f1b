import { assertEquals } from "@std/assert";
import { guardConsole } from "./terminal.ts";

Deno.test("guardConsole: control characters are written out, lines stay, JSON means the same", () => {
  const written: unknown[][] = [];
  const target = {
    log: (...values: unknown[]) => void written.push(values),
    error: (...values: unknown[]) => void written.push(values),
  };
  guardConsole(target);
  target.error("a\x1b]0;title\x07b\r\n\tc");
  assertEquals(written, [["a\\u001b]0;title\\u0007b\\u000d\n\tc"]]);
  const document = { "\x9b31m": "\u202egnp.exe\x7f", plain: "ünï, %s" };
  target.log(JSON.stringify(document, null, 2));
  const [text] = written[1];
  assertEquals(/[\x7f-\x9f\u202e]/.test(`${text}`), false);
  assertEquals(JSON.parse(`${text}`), document);
});
