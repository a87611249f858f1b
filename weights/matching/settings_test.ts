/** What transformers' names do not tell, and the files beside the weights do. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { fitWeights } from "./fit.ts";
import type { Settings } from "../names/naming.ts";
import { configBeside } from "../huggingface/pretrained_config.ts";
import { keyMapsOf } from "./key_map.ts";
import { renameWeights } from "./rename_weights.ts";
import { modelOf, namesFor } from "../testing/registry_models.ts";
import { type Tensors, weightsFile } from "../testing/small_weights.ts";

const named = (name: string) => ({ ...namesFor(name), model: modelOf(name, 64, 3) });

/** Tensors of transformers' classifier, without values. */
function classifier(name: string): Tensors {
  const read = () => Promise.resolve(new Float32Array());
  const tensors = renameWeights({ ...named(name), library: "huggingface", step: 1, read });
  return Object.fromEntries(tensors.map(({ name, shape }) => [name, [shape, []] as const]));
}

function notesOf(name: string, tensors: Tensors, settings?: Settings): readonly string[] {
  const file = { ...weightsFile(tensors), beside: { settings } };
  return fitWeights(file, named(name)).notes;
}

const vit = "vit_tiny_patch16_224";

Deno.test("settings: a note says what no config.json tells, and how layer norms differ", () => {
  const imagenet =
    "w.pt: PyTorch, names of huggingface; for films (x/255 − [0.485, 0.456, 0.406])/[0.229, 0.224, 0.225]";
  assertEquals(notesOf("resnet50", classifier("resnet50")), [
    imagenet,
    "no config.json of transformers lies beside it; taken for granted: hidden_act relu, downsample_in_first_stage " +
    "false, downsample_in_bottleneck false",
    'the weights are those under "resnet"',
    'the head is "classifier.1"',
  ]);
  assertEquals(notesOf(vit, classifier(vit), { hidden_act: "gelu", num_attention_heads: 3, layer_norm_eps: 1e-12 }), [
    "w.pt: PyTorch, names of huggingface; for films (x/255 − 0.5)/0.5",
    "ε of its layer norms is 1e-12 there and 0.000001 here",
    'the weights are those under "vit"',
    'the head is "classifier"',
  ]);
  assertEquals(notesOf(vit, classifier(vit), { model_type: "vit", layer_norm_eps: 1e-6 }).length, 3);
});

Deno.test("settings: another model under the same names is refused", () => {
  const rows: [string, Settings, string][] = [
    ["resnet50", { downsample_in_bottleneck: true }, '"downsample_in_bottleneck" true, and the model here false'],
    ["resnet50", { downsample_in_first_stage: true }, '"downsample_in_first_stage" true, and the model here false'],
    [vit, { num_attention_heads: 12 }, '"num_attention_heads" 12, and the model here 3'],
    [vit, { hidden_act: "quick_gelu" }, '"hidden_act" "quick_gelu", and the model here "gelu"'],
    ["convnext_tiny", { hidden_act: ["relu"] }, '"hidden_act" "[\\"relu\\"]", and the model here "gelu"'],
  ];
  for (const [name, settings, message] of rows) {
    assertThrows(
      () => notesOf(name, classifier(name), settings),
      UserError,
      `w.pt is of another model under the same names: its config.json has ${message}`,
    );
  }
});

Deno.test("names: ViT as transformers 5 has it in memory; ViTModel's pooler is not used", () => {
  const keyMap = keyMapsOf(named(vit)).find(({ library, note }) => library === "huggingface" && note);
  const tensors = Object.fromEntries(
    Array.from(keyMap?.entries.values() ?? []).flatMap(({ names, layout: { shape: [first = 1, ...rest] } }) =>
      names.map((name) => {
        const isHead = name.startsWith("classifier");
        return [isHead ? name : `vit.${name}`, [[first / names.length, ...rest], []] as const];
      })
    ),
  );
  assertEquals(Object.keys(tensors).filter((name) => name.includes("layers.7") && name.endsWith("weight")), [
    "vit.layers.7.layernorm_before.weight",
    ...["q_proj", "k_proj", "v_proj", "o_proj"].map((part) => `vit.layers.7.attention.${part}.weight`),
    "vit.layers.7.layernorm_after.weight",
    "vit.layers.7.mlp.fc1.weight",
    "vit.layers.7.mlp.fc2.weight",
  ]);
  assertEquals(
    notesOf(vit, tensors, {})[0],
    "w.pt: PyTorch, names of huggingface, in the form of state_dict() of transformers 5; for films (x/255 − 0.5)/0.5",
  );
  const bare = Object.fromEntries(
    Object.entries(classifier(vit)).flatMap(([name, tensor]) =>
      name.startsWith("vit.") ? [[name.slice("vit.".length), tensor]] : []
    ),
  );
  const pooled = {
    ...bare,
    "pooler.dense.weight": [[192, 192], []],
    "pooler.dense.bias": [[192], []],
  } satisfies Tensors;
  const fit = fitWeights({ ...weightsFile(pooled), beside: { settings: {} } }, {
    ...named(vit),
    headless: true,
  });
  assertEquals([...fit.leftOut], ["head/kernel", "head/bias"]);
  assertEquals(fit.notes[2], 'not used, beside the weights: "pooler" (2 tensors)');
});

Deno.test(
  "configBeside: settings of transformers, and its image processor's scale",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const write = (name: string, value: unknown) => Deno.writeTextFileSync(folder.file(name), JSON.stringify(value));
    const read = () => configBeside(folder.file("model.safetensors"));
    assertEquals(await read(), {});
    write("config.json", { model: "resnet18" }); // a run's own
    assertEquals(await read(), {});
    const settings = { model_type: "resnet", hidden_act: "relu" };
    write("config.json", settings);
    assertEquals(await read(), { settings, normalization: undefined });
    const processor = { do_rescale: true, rescale_factor: 1 / 255, do_normalize: true };
    const [mean, std] = [[0.53, 0.54, 0.55], [0.25, 0.26, 0.27]];
    write("preprocessor_config.json", { ...processor, do_convert_rgb: null, image_mean: mean, image_std: std });
    assertEquals((await read()).normalization, { mean, std });
    const beside = await read(), file = { ...weightsFile(classifier("resnet18")), beside };
    const fit = fitWeights(file, named("resnet18"));
    assertEquals([fit.normalization, fit.notes[1]], [
      { mean, std },
      "films are scaled as its preprocessor_config.json says",
    ]);
    write("preprocessor_config.json", { ...processor, do_normalize: false });
    assertEquals((await read()).normalization, { mean: [0], std: [1] });
    for (
      const odd of [{ rescale_factor: 1 / 127.5 }, { do_rescale: false }, { image_mean: mean }, {
        image_std: [0, 1, 1],
      }]
    ) {
      write("preprocessor_config.json", { ...processor, ...odd });
      await assertRejects(
        read,
        UserError,
        "preprocessor_config.json does not scale films by a mean and a standard deviation of x/255. Copy the weights to a " +
          "folder without it",
      );
    }
  },
);
