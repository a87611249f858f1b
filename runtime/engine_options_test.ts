import { assertEquals, assertThrows } from "@std/assert";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { needs } from "../tests/needs.ts";
import { checkOptions, checkSettings, type EngineOptions, type EngineSettings } from "./engine_options.ts";

const onCpu: EngineSettings = { gpu: false, directory: "/lib/tensorflow", exact: false, index: 0 };
const onGpu: EngineSettings = { ...onCpu, gpu: true, index: 1 };

const late = (asked: string, fact: string) =>
  `openEngine: ${asked} is too late: the engine of this process is open and ${fact}; ` +
  "ask for it in the first call, or in another process";

Deno.test("openEngine: what a later call leaves out, or leaves open, agrees with what is open", () => {
  const agreeing: [EngineOptions, EngineSettings][] = [
    [{}, onCpu],
    [{}, onGpu],
    [{ device: "auto" }, onCpu],
    [{ device: "auto" }, onGpu],
    [{ device: "cpu", index: 3, exact: true }, onCpu], // without a GPU neither means anything
    [{ device: "cuda", index: 1, exact: false, directory: "/lib/tensorflow" }, onGpu],
  ];
  for (const [asked, opening] of agreeing) checkSettings(asked, opening);
});

Deno.test("openEngine: an option that the open engine contradicts is named, with what is open", () => {
  const contradicting: [EngineOptions, EngineSettings, string][] = [
    [{ device: "cuda" }, onCpu, late('device "cuda"', "runs on the CPU")],
    [{ device: "cpu" }, onGpu, late('device "cpu"', "runs on a GPU")],
    [{ index: 0 }, onGpu, late("index 0", "runs on GPU 1")],
    [{ exact: true }, onGpu, late("exact true", "was opened with exact false")],
    [{ directory: "/nowhere" }, onCpu, late('directory "/nowhere"', "has its library in /lib/tensorflow")],
  ];
  for (const [asked, opening, message] of contradicting) {
    assertEquals(assertThrows(() => checkSettings(asked, opening), TypeError).message, message);
  }
});

Deno.test("openEngine: a folder by another name is the same folder", needs("read", "write"), () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(folder.file("library"));
  Deno.symlinkSync(folder.file("library"), folder.file("link"));
  checkSettings({ directory: folder.file("link") }, { ...onCpu, directory: folder.file("library") });
});

Deno.test("openEngine: an option of no meaning is refused", () => {
  assertEquals(
    assertThrows(() => checkOptions(JSON.parse('{ "device": "tpu" }')), TypeError).message,
    'openEngine: device must be "auto", "cpu" or "cuda", got "tpu"',
  );
  for (const index of [-1, 0.5, NaN]) {
    assertEquals(
      assertThrows(() => checkOptions({ index }), TypeError).message,
      `openEngine: index must be the number of a GPU, from 0, got ${JSON.stringify(index)}`,
    );
  }
});
