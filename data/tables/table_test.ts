import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { findColumns, parseTable, readTable } from "./table.ts";

const wanted = { image: { names: ["Image Index"] }, sex: { names: ["Patient Gender", "Patient Sex"], optional: true } };

Deno.test("parseTable: quoted or not, and the header's unquoted comma shifts nothing", () => {
  const plain = parseTable("Image Index,Size[Width,Height],Patient Sex\na.png,30,25,F\n", "t.csv");
  assertEquals(plain.columns, ["Image Index", "Size[Width", "Height]", "Patient Sex"]);
  assertEquals(plain.rows, [["a.png", "30", "25", "F"]]);
  assertEquals(findColumns(plain, wanted), { image: 0, sex: 3 });
  const quoted = parseTable(
    '\ufeff"Image Index","Size[Width,Height]","Patient Gender"\r\n"a,1.png",30,25,"F"\r\n',
    "t.csv",
  );
  assertEquals(quoted.rows, [["a,1.png", "30", "25", "F"]]);
  assertEquals(findColumns(quoted, wanted), { image: 0, sex: 3 });
  const whole = parseTable('Image Index,"Size[Width,Height]",Patient Sex\na.png,"30,25",F', "t.csv");
  assertEquals(findColumns(whole, wanted), { image: 0, sex: 2 });
});

Deno.test("table: no rows, broken quotes and missing columns are one line each", () => {
  const message = (run: () => unknown) => assertThrows(run, UserError).message;
  assertEquals(message(() => parseTable("Image Index\n", "t.csv")), "t.csv has no rows");
  assertEquals(message(() => parseTable('a,b\n"x,y\n', "t.csv")).startsWith("t.csv is not a CSV table ("), true);
  assertEquals(
    message(() =>
      findColumns(parseTable("Image Indx,Labels\na,b", "t.csv"), { ...wanted, patient: { names: ["Patient ID"] } })
    ),
    "t.csv has no columns Image Index; did you mean Image Indx?, Patient ID; it has Image Indx, Labels",
  );
});

Deno.test("table: a comma that shifts a row, and a column that is there twice, are refused", () => {
  const message = (run: () => unknown) => assertThrows(run, UserError).message;
  assertEquals(
    message(() => parseTable("Image Index,Labels,Patient ID\na.png,Mass,1\nb.png,Mass, left,2\n", "t.csv")),
    "t.csv: row 2 has 4 cells, and there are 3 columns. Quote every cell that holds a comma",
  );
  assertEquals(
    message(() => findColumns(parseTable("Image Index,Image Index\na,b", "t.csv"), wanted)),
    "t.csv has several columns Image Index. Keep one of them",
  );
});

Deno.test(
  "readTable: what inflates to more than a table has, and what is no file, is refused",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const bomb = folder.file("bomb.csv.gz"), device = folder.file("zero.csv"), row = folder.file("row.csv.gz");
    const part = gzipSync(new Uint8Array(2 ** 25).fill(10));
    for (let i = 0; i < 9; i++) { // nine members make more than 256 MiB
      Deno.writeFileSync(bomb, part, { append: i > 0 });
    }
    await assertRejects(() => readTable(bomb), UserError, `${bomb} inflates to more than 268435456 bytes`);
    Deno.symlinkSync("/dev/zero", device);
    await assertRejects(() => readTable(device), UserError, `${device} is not a file`);
    Deno.writeFileSync(row, gzipSync(new Uint8Array(2 ** 25).fill(44)));
    await assertRejects(
      () => readTable(row),
      UserError,
      `${row} has 33554432 cells or more, and a table has at most 16777216`,
    );
  },
);

Deno.test("parseTable: the header tells whether commas, semicolons or tabs separate the cells", () => {
  const rows = (text: string) => parseTable(text, "t.csv").rows;
  const header = ["Image Index", "Finding Labels", "Size[Width,Height]", "Patient ID"];
  for (const separator of [";", "\t"]) {
    const table = parseTable(
      [header, ["a.png", "Mass|Edema", "", "1,5"]].map((row) => row.join(separator)).join("\n"),
      "t",
    );
    assertEquals(table.columns, header);
    assertEquals(table.rows, [["a.png", "Mass|Edema", "", "1,5"]]);
  }
  assertEquals(rows('"Image;Index;1",Patient ID\n"a;b",1\n'), [["a;b", "1"]]);
  assertEquals(rows('"Image,Index";Size[W,H];Labels\na;b;c'), [["a", "b", "c"]]);
  assertEquals(rows("Image Index\na;b\n"), [["a;b"]]);
  assertEquals(rows("sep=;\r\nImage Index;Labels\r\na;b\r\n"), [["a", "b"]]);
  assertEquals(rows("Image Index,Labels\na,b,,\n"), [["a", "b", "", ""]]);
  assertEquals(
    assertThrows(() => rows("Image Index;Labels\na;b;c"), UserError).message,
    "t.csv: row 1 has 3 cells, and there are 2 columns. Quote every cell that holds a semicolon",
  );
});

Deno.test("parseTable: line ends of every kind, mixed, and within quotes", () => {
  const table = parseTable(
    '"Image Index",Report\r\na.png,"two\r\nlines, ""quoted"""\nb.png,\r\rc.png, x \r\n\r\n',
    "t.csv",
  );
  assertEquals(table.rows, [["a.png", 'two\r\nlines, "quoted"'], ["b.png", ""], ["c.png", "x"]]);
});
