import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { writePytorch } from "../weights/pytorch/pytorch_writer.ts";
import { writeSafetensors } from "../weights/safetensors/safetensors.ts";
import { needingCheckpoint } from "./own_checkpoint.ts";

Deno.test(
  "needingCheckpoint: another program's weights are told as such, with what to do",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const weights = [{ name: "w", dtype: "F32" as const, shape: [2], data: () => new Float32Array(2) }];
    await writePytorch(folder.file("a.pt"), weights);
    await writeSafetensors(folder.file("a.safetensors"), weights);
    await writeSafetensors(folder.file("damaged.safetensors"), weights, { thorax: "0.2.0" });
    Deno.writeTextFileSync(folder.file("a.html"), "<!DOCTYPE html>");
    const message = async (name: string) =>
      (await assertRejects(
        () => needingCheckpoint(folder.file(name), "Type: DO THIS", () => openCheckpoint(folder.file(name))),
        UserError,
      )).message
        .slice(folder.file("").length);
    assertEquals(
      await message("a.pt"),
      "a.pt is a PyTorch file, and not a checkpoint of this program. Type: DO THIS",
    );
    assertEquals(
      await message("a.safetensors"),
      "a.safetensors is a safetensors file but holds no Thorax metadata; it is not a checkpoint of this program. " +
        "Type: DO THIS",
    );
    assertEquals(
      (await message("damaged.safetensors")).slice(0, 56),
      "damaged.safetensors: its Thorax metadata are damaged, or",
    );
    assertEquals(await message("a.html"), "a.html is not a safetensors file");
  },
);
