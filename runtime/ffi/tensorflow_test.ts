import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { libraryName, nonNull, openTensorFlow, TensorFlowError } from "./tensorflow.ts";

const remedy = "Run `deno task setup` to install one, or name another folder with --tensorflow-library";

Deno.test(
  "openTensorFlow: a folder without the library is a user's error with the remedy",
  needs("read", "write", "ffi"),
  () => {
    using folder = temporaryFolder();
    const error = assertThrows(() => openTensorFlow(folder.path), UserError);
    assertEquals(error.exitStatus, 1);
    assert(error.message.startsWith(`${folder.path}/${libraryName} cannot be opened as TensorFlow's library: `));
    assertStringIncludes(error.message, "No such file or directory");
    assert(error.message.endsWith(`. ${remedy}`), error.message);
    assert(!error.message.includes("\n"));
  },
);

Deno.test(
  "openTensorFlow: a file that is no library is named, with what the loader says of it",
  needs("read", "write", "ffi"),
  () => {
    using folder = temporaryFolder();
    Deno.writeTextFileSync(folder.file(libraryName), "this is a text\n");
    const error = assertThrows(() => openTensorFlow(folder.path), UserError);
    assertEquals(error.exitStatus, 1);
    assertStringIncludes(error.message, `${folder.path}/${libraryName} cannot be opened as TensorFlow's library: `);
    assertStringIncludes(error.message, Deno.build.os === "linux" ? "file too short" : "");
    assertStringIncludes(error.message, remedy);
    Deno.writeFileSync(folder.file(libraryName), new Uint8Array(100_000).fill(65));
    assertStringIncludes(
      assertThrows(() => openTensorFlow(folder.path), UserError).message,
      Deno.build.os === "linux" ? "invalid ELF header" : "",
    );
  },
);

Deno.test("TensorFlowError: what was done, TensorFlow's message and its code", () => {
  const error = new TensorFlowError("Conv2D", 3, "filter must not have zero elements");
  assertEquals(`${error}`, "TensorFlowError: Conv2D: filter must not have zero elements (TensorFlow's code 3)");
  assertEquals([error.code, error instanceof Error], [3, true]);
});

Deno.test("nonNull: a null pointer is a fault, by name", () => {
  assertEquals(assertThrows(() => nonNull(null, "graph"), Error).message, "TensorFlow gave no graph");
});
