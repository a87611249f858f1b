import type { Model } from "../../dsl/compile/compile.ts";

/** The libraries whose names for weights are known. `document` is the code of the document that this project follows. */
export const libraries = ["torchvision", "timm", "torchxrayvision", "huggingface", "monai", "document"] as const;

export type Library = (typeof libraries)[number];

/** How pixels in [0, 1] become what a model was trained on, (x − mean) / std: of red, green and blue, or of grey alone. */
export interface InputScale {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The names of one library for the parameters of a family. */
export interface Naming {
  /**
   * What is written differently, from a path's point of view, each replaced once, in this order: a key that begins with `/`
   * anywhere, any other at the start. What is left over is `/` for `.`, and PyTorch's word for the parameter at its end.
   * `{a,b}` stands for a tensor of each: one after the other, along PyTorch's first axis, they are ours.
   */
  readonly rules?: Readonly<Record<string, string>>;
  /** By the path's end: the shape in the library's file, of the same elements, where it is not PyTorch's usual one. */
  readonly shapes?: Readonly<Record<string, (usual: readonly number[]) => readonly number[]>>;
  /**
   * By the path's end: the tensor that is taken off a running mean, from its name. It is the bias of the convolution before the batch
   * norm, which ours has not: (x + b − mean) is (x − (mean − b)).
   */
  readonly biases?: Readonly<Record<string, (name: string) => string>>;
  /** What the names cannot tell of the model that was built, and that makes it another: `--names` says that it is as ours is. */
  readonly doubt?: string;
  /** Other names that files of the library have: rules that follow the first ones, and what is said of them. */
  readonly variant?: { readonly rules: Readonly<Record<string, string>>; readonly remark: string };
  /**
   * What stands before every name but the head's in the library's classifier: `resnet.`. The names here are those of its network
   * without a head; reading finds both, and `export` writes the classifier's.
   */
  readonly base?: string;
  /** Tensors among the weights that the outputs here do not depend on. */
  readonly spare?: readonly string[];
  /** What the library's `config.json` must say, where it says anything: settings of the model that its names do not tell. */
  readonly settings?: (model: Model) => Settings;
  /** The ε of layer norms, where the library's is so small a difference that a line tells it. */
  readonly epsilon?: LayerNormEpsilon;
  /** A tensor that only this library's files hold beside the weights. */
  readonly mark?: string;
  /** The input that the published weights expect; absent, as {@linkcode inputScales} has it. */
  readonly input?: InputScale;
  /** What the outputs of the published weights mean. */
  readonly labels?: readonly string[];
  /** The collections of chest films that some of the published weights were trained on: which of them, a file does not tell. */
  readonly trainedOn?: readonly string[];
}

/** Settings of a model as a `config.json` of transformers has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** What layer norms add to the variance. */
export interface LayerNormEpsilon {
  /** Which of them take it from `layer_norm_eps`, for people: `its layer norms`. */
  readonly norms: string;
  readonly ours: number;
  /** The library's, where its `config.json` says nothing else. */
  readonly theirs: number;
}

/** The namings of a family: first, of the library after whose model ours was made. */
export type Family = Readonly<Partial<Record<Library, Naming>>>;

const imagenet: InputScale = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const half: InputScale = { mean: [0.5], std: [0.5] };

/** What each library's published weights expect, where a family says nothing else. */
export const inputScales: Readonly<Record<Library, InputScale>> = {
  torchvision: imagenet,
  timm: imagenet,
  /** [−1024, 1024] (torchxrayvision.datasets.normalize). */
  torchxrayvision: { mean: [0.5], std: [0.5 / 1024] },
  huggingface: imagenet,
  /** [0, 1], as its tutorials scale films (ScaleIntensity). */
  monai: { mean: [0], std: [1] },
  document: half,
};

/** The libraries whose published weights are for films of one grey channel; all others' are for color. */
export const greyLibraries: ReadonlySet<Library> = new Set<Library>(["torchxrayvision", "document"]);

/** A scale for so many channels: one channel of grey in place of three takes the means of theirs. */
export function channelScales({ mean, std }: InputScale, channels: number): { mean: number; std: number }[] {
  const of = (values: readonly number[], channel: number) => {
    if (values.length === channels) return values[channel];
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return Array.from({ length: channels }, (_, channel) => ({ mean: of(mean, channel), std: of(std, channel) }));
}

/** The last part of a path, by what it is. */
const words: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  scale: "weight",
  offset: "bias",
  mean: "running_mean",
  variance: "running_var",
};

/**
 * A library's names for the tensors of a parameter: one, or several that are ours one after the other.
 *
 * @example
 * ```ts
 * import { namesOf } from "./naming.ts";
 * const { rules } = { rules: { "/attn/qkv/": "/attention/{query,key,value}/" } };
 * console.assert(namesOf("blocks/0/attn/qkv/kernel", { rules })[1] === "blocks.0.attention.key.weight");
 * ```
 */
export function namesOf(path: string, { rules = {} }: Naming): readonly [string, ...string[]] {
  const renamed = Object.entries(rules).reduce(
    (name, [ours, theirs]) => ours.startsWith("/") || name.startsWith(ours) ? name.replace(ours, () => theirs) : name,
    path,
  );
  const parts = renamed.split("/"), last = parts.pop() ?? "";
  const name = [...parts, words[last] ?? last].join(".");
  const [, before, choices, after] = /^(.*?)\{(.+?)\}(.*)$/.exec(name) ?? [];
  if (choices === undefined) return [name];
  const [first, ...rest] = choices.split(",").map((choice) => before + choice + after);
  return [first, ...rest];
}

/** Beside each batch norm, the number of batches that PyTorch has seen; nothing here needs it. */
export function batchesTrackedBeside(name: string): string | undefined {
  return name.endsWith(".running_mean") ? name.replace(/running_mean$/, "num_batches_tracked") : undefined;
}
