import { assertEquals } from "@std/assert";
import { callersFolder, type Surroundings } from "./callers_folder.ts";

const folderOf = (surroundings: Partial<Surroundings>) =>
  callersFolder({ cwd: "/thorax", root: "/thorax", isFolder: () => true, ...surroundings });

Deno.test("callersFolder: `deno task` runs the program in its own folder and tells the caller's", () => {
  assertEquals(folderOf({ initCwd: "/thorax" }), "/thorax");
  assertEquals(folderOf({ initCwd: "/thorax/docs" }), "/thorax/docs");
  assertEquals(folderOf({ initCwd: "/films" }), "/films");
});

Deno.test("callersFolder: without `deno task` the folder is the program's own", () => {
  assertEquals(folderOf({}), "/thorax");
  assertEquals(folderOf({ cwd: "/films" }), "/films");
  // another program's task, npm's for example, that called this one
  assertEquals(folderOf({ cwd: "/films", initCwd: "/elsewhere" }), "/films");
});

Deno.test("callersFolder: a folder that is gone is nobody's", () => {
  assertEquals(folderOf({ initCwd: "/gone", isFolder: (path) => path !== "/gone" }), "/thorax");
});
