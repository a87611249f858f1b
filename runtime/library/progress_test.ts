import { assertEquals } from "@std/assert";
import { lineProgress } from "./progress.ts";

Deno.test("progress: lineProgress tell each quarter once", () => {
  const told: string[] = [];
  const tell = lineProgress((line) => told.push(line));
  tell({ step: "wait" });
  tell({ step: "start", folder: "/cache/thorax/tensorflow", total: 274000871 });
  for (let percent = 0; percent <= 100; percent += 10) {
    tell({ step: "download", done: 2740008.71 * percent, total: 274000871 });
  }
  tell({ step: "extract", done: 0, total: 853_000_000 });
  tell({ step: "end", folder: "/cache/thorax/tensorflow" });
  assertEquals(told, [
    "Another process is installing libtensorflow: waiting for it.",
    "Installing libtensorflow (274 MB to download) into /cache/thorax/tensorflow",
    "Downloading libtensorflow: 0 % of 274 MB",
    "Downloading libtensorflow: 25 % of 274 MB",
    "Downloading libtensorflow: 50 % of 274 MB",
    "Downloading libtensorflow: 75 % of 274 MB",
    "Downloading libtensorflow: 100 % of 274 MB",
    "Extracting libtensorflow: 0 % of 853 MB",
    "Installed libtensorflow in /cache/thorax/tensorflow",
  ]);
});
