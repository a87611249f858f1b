import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { findColumns, parseTable } from "./table.ts";

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
