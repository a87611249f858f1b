import { assertEquals } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { appendMetrics } from "./metrics_file.ts";

Deno.test(
  "metrics.csv: one header, a row each, empty where a value has no meaning",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("metrics.csv");
    const common = { epoch: 1, step: 1, loss: 0.5, examples_per_second: 40 };
    await appendMetrics(path, { ...common, split: "train", lr: 5e-5, grad_norm: 1.25 });
    await appendMetrics(path, { ...common, split: "val" });
    assertEquals(
      await Deno.readTextFile(path),
      "epoch,step,split,loss,lr,grad_norm,examples_per_second\n1,1,train,0.5,0.00005,1.25,40\n1,1,val,0.5,,,40\n",
    );
  },
);
