import { assertEquals } from "@std/assert";
import { pipArguments } from "./download.ts";
import { wheels } from "./wheels.ts";

Deno.test("download: pip is asked for a fixed Python and each platform once, with hashes", () => {
  const request = pipArguments(wheels["linux-x86_64-cuda"], "/t/requirements.txt", "/t/wheels");
  assertEquals(request.slice(0, 3), ["-m", "pip", "download"]);
  assertEquals(request.filter((argument) => argument.startsWith("--platform=")).toSorted(), [
    "--platform=manylinux2010_x86_64",
    "--platform=manylinux2014_x86_64",
    "--platform=manylinux_2_12_x86_64",
    "--platform=manylinux_2_17_x86_64",
    "--platform=manylinux_2_25_x86_64",
    "--platform=manylinux_2_27_x86_64",
  ]);
  const fixed = [
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.12",
    "--implementation=cp",
    "--require-hashes",
  ];
  assertEquals(fixed.filter((argument) => !request.includes(argument)), []);
});
