import { z } from "zod";
import { datasetKinds } from "../../data/readers/readers.ts";
import { libraries, type Library } from "../../weights/names/naming.ts";
import { choice, flag, integer, option, path } from "./option.ts";

/** The options of data, by the names that the library gives them. */
export const dataOptions = {
  dataDir: path("DIR", "a folder of films and their labels; without it, synthetic films (the phantom)"),
  dataset: choice(datasetKinds, "the layout of --data-dir"),
  onBadImage: choice(["error", "skip"], "what a missing or damaged film does: stop everything, or be left out", true),
} as const;

/** The options of the engine. */
export const engineOptions = {
  device: choice(["auto", "cpu", "cuda"], "what to compute on", true),
  index: integer(0, "which of several GPUs", 0, true),
  tensorflowLibrary: path("DIR", "the folder of TensorFlow's two libraries; else they are found or installed"),
  precision: choice(["float32", "bfloat16"], "what to compute in; weights and statistics stay float32"),
  exactConvolution: flag(
    "direct convolutions only, and no TensorFloat-32 on a GPU: slower, and nearer to float32's best",
  ),
} as const;

/** The options of weights that another library wrote. */
export const weightsOptions = {
  weights: path(
    "FILE",
    "weights to start from: PyTorch's .pt or .pth, safetensors, NumPy's .npz, a folder of Hugging Face's",
  ),
  names: option<Library | undefined>({
    schema: z.enum(libraries),
    expected: `one of ${libraries.join(", ")}`,
    value: "LIBRARY",
    help: `whose names and input range --weights has, if they do not tell: ${libraries.join(", ")}`,
    mayChange: true,
  }),
  weightsKey: option<string | undefined>({
    schema: z.string(),
    expected: "a key of the file",
    value: "KEY",
    help: "which of several models in the file of --weights is meant: state_dict_ema, teacher.backbone",
    mayChange: true,
  }),
  strict: flag("every tensor of --weights as it is: nothing summed, resized or left out"),
} as const;

/** The options of a model whose weights come from another program and do not describe it. */
export const foreignOptions = {
  imgSize: integer(32, "for weights of another program: films are stretched to N×N (224 unless given)", undefined),
  inChannels: integer(1, "for weights of another program: channels of an image (1 unless given)", undefined),
  numClasses: integer(1, "for weights of another program: labels (as many as the data have, or 15)", undefined),
} as const;
