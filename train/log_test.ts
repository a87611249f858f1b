import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { type LogOptions, openLog, resultLog, trainLog } from "./log.ts";

const now = new Date(2026, 0, 2, 3, 4, 5);

/** A log of vgg16, balanced, that shows nothing. */
const open = (directory: string, options: Partial<LogOptions> = {}) =>
  openLog({
    directory,
    model: "vgg16",
    splitType: "balanced",
    test: false,
    now,
    head: [],
    console: () => {},
    ...options,
  });

Deno.test(
  "log: lines of training go to the file and the console, head and result to the file alone, each with its time there",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const shown: string[] = [];
    await open(folder.file("logs"), {
      model: "nets/my_model.ts",
      splitType: "rare-first",
      head: ["Thorax, nets/my_model.ts", "Options: {}"],
      console: (line) => void shown.push(line),
    });
    trainLog.info("Loading data...", new Date(2026, 0, 2, 3, 3, 59));
    const before = Date.now();
    trainLog.info("films of a\x1b[2J{b}\nc");
    for (const line of ["Test Accuracy: 50.000 {n}", "", "  4 films"]) resultLog.info(line);
    const after = Date.now();
    assertEquals(shown, ["Loading data...", "films of a�[2J{b}�c"]);
    const path = folder.file("logs/2026-01-02/my_model-rare-first-03-04-05.log");
    const lines = Deno.readTextFileSync(path).split("\n");
    const stamped = lines.map((line) => /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d): (.*)$/.exec(line) ?? []);
    assertEquals(stamped.map(([, , , message]) => message), [
      "Thorax, nets/my_model.ts",
      "Options: {}",
      "Loading data...",
      "films of a�[2J{b}�c",
      "Test Accuracy: 50.000 {n}",
      "  4 films",
      undefined,
    ]);
    assertEquals(lines.slice(0, 3).map((line) => line.slice(0, 19)), [
      "2026-01-02 03:04:05",
      "2026-01-02 03:04:05",
      "2026-01-02 03:03:59",
    ]);
    for (const [, date, time] of stamped.slice(3, -1)) {
      const at = new Date(`${date}T${time}`).getTime();
      assertEquals(before - 1000 < at && at <= after, true);
    }
  },
);

Deno.test("log: that of a test alone says so in its name", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  await open(folder.path, { test: true });
  assertEquals([...Deno.readDirSync(folder.file("2026-01-02"))].map(({ name }) => name), [
    "vgg16-test-balanced-03-04-05.log",
  ]);
});

Deno.test("log: runs that start in the same second have a file each", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const head = ["one", "two", "three"];
  for (const line of head) await open(folder.path, { head: [line] });
  const names = [...Deno.readDirSync(folder.file("2026-01-02"))].map(({ name }) => name).sort();
  assertEquals(names, [
    "vgg16-balanced-03-04-05-2.log",
    "vgg16-balanced-03-04-05-3.log",
    "vgg16-balanced-03-04-05.log",
  ]);
  const texts = names.map((name) => Deno.readTextFileSync(folder.file(`2026-01-02/${name}`)));
  assertEquals(texts, ["two", "three", "one"].map((line) => `2026-01-02 03:04:05: ${line}\n`));
});

Deno.test("log: a folder that cannot be made is a mistake of --log-dir", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(folder.file("taken"), "");
  const directory = folder.file("taken/logs");
  await assertRejects(
    () => open(directory),
    UserError,
    `cannot write a log to ${directory}: Not a directory. Name another folder with --log-dir`,
  );
});
