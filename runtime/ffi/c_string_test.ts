import { assert, assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { cString, fromCString } from "./c_string.ts";

Deno.test("cString: UTF-8 with a closing zero, made once for each text", () => {
  assertEquals([...cString("Mul")], [0x4d, 0x75, 0x6c, 0]);
  assertEquals([...cString("ü")], [0xc3, 0xbc, 0]);
  assertEquals([...cString("")], [0]);
  assert(cString("Mul") === cString("Mul"));
});

Deno.test("fromCString: the text at a pointer, and none at a null pointer", needs("ffi"), () => {
  assertEquals(fromCString(Deno.UnsafePointer.of(cString("größer"))), "größer");
  assertEquals(fromCString(null), "");
});
