import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { readIdentifiers } from "./identifiers.ts";

Deno.test("readIdentifiers: one number in four forms is one person, said once", () => {
  assertEquals(readIdentifiers(["7", "7.0", " 7", "007", "12", "0", "+7", "-7"], "Patient ID"), {
    values: ["7", "7", "7", "7", "12", "0", "7", "-7"],
    notes: [
      'Patient ID holds numbers and is compared as numbers: 4 of 8 cells change, first: "7.0" is 7; 8 different texts are 4 people',
    ],
  });
  assertEquals(readIdentifiers(["1", "2"], "Patient ID"), { values: ["1", "2"], notes: [] });
  assertEquals(readIdentifiers(["01", "02"], "Patient ID").notes, [
    'Patient ID holds numbers and is compared as numbers: 2 of 2 cells change, first: "01" is 1; as many people as before, 2',
  ]);
});

Deno.test("readIdentifiers: numbers longer than float64's keep their digits", () => {
  const long = "90071992547409931", next = "90071992547409932";
  assertEquals(readIdentifiers([`0${long}`, next], "Patient ID").values, [long, next]);
});

Deno.test("readIdentifiers: where one is no number all are text, and what looks alike is told", () => {
  assertEquals(readIdentifiers(["7", "7.0", "P1", "p01", "P2"], "Patient ID"), {
    values: ["7", "7.0", "P1", "p01", "P2"],
    notes: [
      "Patient ID does not hold numbers alone, so it is compared as text: 4 identifiers that differ only in case, " +
      'zeros or spaces are different people, first: "7" and "7.0"',
    ],
  });
  assertEquals(readIdentifiers(["100", "10", "1.5"], "Patient ID").notes, []);
});

Deno.test("readIdentifiers: what stands for no value is nobody, not one person", () => {
  assertEquals(readIdentifiers(["nan", "None", "", "  ", "NULL", "N/A", "3"], "Patient ID").values, [
    "",
    "",
    "",
    "",
    "",
    "",
    "3",
  ]);
});

Deno.test("readIdentifiers: what has lost its digits or letters is refused", () => {
  const message = (cells: string[]) => assertThrows(() => readIdentifiers(cells, "Patient ID"), UserError).message;
  assertEquals(
    message(["1.23457E+11", "5"]),
    "Patient ID has 1.23457E+11, a number that a spreadsheet has shortened. Write every number with all its digits",
  );
  assertEquals(
    message(["M\ufffdller"]),
    "Patient ID has M\ufffdller, which is not UTF-8. Save the table in UTF-8",
  );
});
