import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openLog, resultLog, trainLog } from "./log.ts";

const now = new Date(2026, 0, 2, 3, 4, 5);

Deno.test(
  "log: lines of training go to the file and the console, a result to the file alone",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const shown: string[] = [];
    await openLog({
      ...{ directory: folder.file("logs"), model: "nets/my_model.ts", splitType: "rare-first", test: false, now },
      console: (line) => void shown.push(line),
    });
    trainLog.info("epoch 1 - loss 0.5000 - time 1.00s");
    trainLog.info("films of a\x1b[2J{b}\nc");
    resultLog.info("Test Accuracy: 50.000 {n}");
    assertEquals(shown, ["epoch 1 - loss 0.5000 - time 1.00s", "films of a�[2J{b}�c"]);
    assertEquals(
      await Deno.readTextFile(folder.file("logs/2026-01-02/my_model-rare-first-03-04-05.log")),
      "Thorax, nets/my_model.ts, rare-first\nepoch 1 - loss 0.5000 - time 1.00s\nfilms of a�[2J{b}�c\nTest Accuracy: 50.000 {n}\n",
    );
  },
);

Deno.test("log: that of a test alone says so in its name", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  await openLog({
    ...{ directory: folder.path, model: "vgg16", splitType: "balanced", test: true, now },
    console: () => {},
  });
  assertEquals([...Deno.readDirSync(folder.file("2026-01-02"))].map(({ name }) => name), [
    "vgg16-test-balanced-03-04-05.log",
  ]);
});

Deno.test("log: a folder that cannot be made is a mistake of --log-dir", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(folder.file("taken"), "");
  const directory = folder.file("taken/logs");
  await assertRejects(
    () => openLog({ directory, model: "vgg16", splitType: "balanced", test: false, now, console: () => {} }),
    UserError,
    `cannot write a log to ${directory}: Not a directory. Name another folder with --log-dir`,
  );
});
