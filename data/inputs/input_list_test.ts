import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { readInputList } from "./input_list.ts";

const allowed = needs("read", "write", "env");

Deno.test("readInputList: a path a line, of either line end, as it is there", allowed, async () => {
  using folder = temporaryFolder();
  const read = (bytes: Uint8Array) => {
    Deno.writeFileSync(folder.file("list"), bytes);
    return readInputList(folder.file("list"));
  };
  const encoder = new TextEncoder(),
    text = "a b.png\r\n\n# é/ü.png\n a.png\nlast.png",
    paths = ["a b.png", "# é/ü.png", " a.png", "last.png"];
  assertEquals(await read(encoder.encode(text)), paths);
  assertEquals(await read(encoder.encode(`\ufeff${text}\n`)), paths);
  const utf16 = (littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(2 * text.length + 2));
    [...`\ufeff${text}`].forEach((letter, i) => view.setUint16(2 * i, letter.charCodeAt(0), littleEndian));
    return new Uint8Array(view.buffer);
  };
  assertEquals([await read(utf16(true)), await read(utf16(false))], [paths, paths]);
});

Deno.test("readInputList: a list that names nothing, and none, are refused", allowed, async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(folder.file("list"), "\n \r\n");
  const fails = async (name: string, message: string) => {
    const error = await assertRejects(() => readInputList(folder.file(name)), UserError, message);
    assertEquals(error.exitStatus, 2);
  };
  await fails("list", `${folder.file("list")} names no film`);
  await fails("nowhere", `cannot read ${folder.file("nowhere")}: No such file or directory`);
});
