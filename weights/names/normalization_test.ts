/** The normalization of every library's published weights, as the libraries document it. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { registry } from "../../models/registry.ts";
import { keyMapOf } from "../matching/key_map.ts";
import { modelOf, namesFor } from "../testing/registry_models.ts";
import { channelNormalizations, libraries } from "./naming.ts";

const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const half = { mean: [0.5], std: [0.5] };

Deno.test("normalization: each library's, and that of timm's and transformers' ViT, which is no ImageNet's", () => {
  const published = { torchvision: imagenet, timm: imagenet, huggingface: imagenet, document: half };
  const all = { ...published, torchxrayvision: { mean: [0.5], std: [0.5 / 1024] }, monai: { mean: [0], std: [1] } };
  for (const name of ["resnet18", "densenet121", "convnext_tiny", "vit_base_patch14_dinov2"]) {
    const model = modelOf(name, registry[name].family === "DINOv2" ? 56 : 64);
    for (const library of libraries.filter((library) => library in registry[name].weightNames)) {
      const { normalization } = keyMapOf({ ...namesFor(name), model }, library);
      assertEquals(normalization, all[library], `${name}, ${library}`);
    }
  }
  for (const [library, normalization] of Object.entries({ ...all, timm: half, huggingface: half })) {
    const found = libraries.find((known) => known === library && known in registry.vit_tiny_patch16_224.weightNames);
    if (found === undefined) continue;
    const keyMap = keyMapOf({ ...namesFor("vit_tiny_patch16_224"), model: modelOf("vit_tiny_patch16_224") }, found);
    assertEquals(keyMap.normalization, normalization, library);
  }
});

Deno.test("channelNormalizations: a number for each channel, for one gray channel their mean", () => {
  const color = [{ mean: 0.485, std: 0.229 }, { mean: 0.456, std: 0.224 }, { mean: 0.406, std: 0.225 }];
  assertEquals(channelNormalizations(imagenet, 3), color);
  const [{ mean, std }, ...others] = channelNormalizations(imagenet, 1);
  assertAlmostEquals(mean, 0.449, 1e-12);
  assertAlmostEquals(std, 0.226, 1e-12);
  assertEquals(others, []);
  assertEquals(channelNormalizations(half, 3), Array(3).fill({ mean: 0.5, std: 0.5 }));
});
