import type { Model } from "../../dsl/compile/compile.ts";

/**
 * The libraries whose names for weights Thorax knows. `document` is the code of the document that this project follows.
 */
export const libraries = ["torchvision", "timm", "torchxrayvision", "huggingface", "monai", "document"] as const;

/** One of {@linkcode libraries}. */
export type Library = (typeof libraries)[number];

/**
 * How a model's input is normalized, (x − mean) / std for x in [0, 1]: one number for each of its channels, or one for
 * gray.
 */
export interface InputNormalization {
  /** Subtracted from the pixels of each channel. */
  readonly mean: readonly number[];
  /** Divides what remains. */
  readonly std: readonly number[];
}

/** How one library names and lays out the weights of a model, and what it publishes about them. */
export interface Naming {
  /**
   * Replacements that turn the path of a parameter into the library's name, made in this order, each once. A key that
   * begins with `/` is replaced anywhere in the path, any other key only at its start. Then every `/` becomes `.`, and
   * the last part becomes PyTorch's word for it (`kernel` → `weight`, `variance` → `running_var`, …).
   *
   * `{a,b}` in a value stands for one tensor of each name; joined along PyTorch's first axis, they are the parameter.
   */
  readonly rules?: Readonly<Record<string, string>>;
  /**
   * By the end of a parameter's path: the shape of its tensor in the library's files, where that is not PyTorch's usual
   * shape. It has as many elements.
   */
  readonly shapes?: Readonly<Record<string, (usual: readonly number[]) => readonly number[]>>;
  /**
   * By the end of a running mean's path: the name of a bias, from the name of the mean. The library's convolution
   * before the batch norm has this bias and the one here has none, so it is subtracted from the mean: x + b − mean = x
   * − (mean − b).
   */
  readonly foldedBiases?: Readonly<Record<string, (name: string) => string>>;
  /**
   * A difference that the names do not show, and that makes it another model. `--names` confirms that there is none.
   */
  readonly caveat?: string;
  /**
   * Other names that files of the library have: rules that are applied after the first ones, and a note that tells the
   * user.
   */
  readonly variant?: { readonly rules: Readonly<Record<string, string>>; readonly note: string };
  /**
   * The prefix of every name but the head's in the library's classifier, such as `resnet.`. The names here are those of
   * its network without a head: files with and without the prefix are read, and `export` writes the classifier's.
   */
  readonly base?: string;
  /** Tensors among the weights that the model's outputs do not depend on. */
  readonly unused?: readonly string[];
  /**
   * Settings of the model that its names do not show. The library's `config.json` must agree with them, where it has
   * them.
   */
  readonly settings?: (model: Model) => Settings;
  /** The ε of layer norms, where the library's differs so little that a note is enough. */
  readonly epsilon?: LayerNormEpsilon;
  /** A tensor that only this library's files hold beside the weights. */
  readonly marker?: string;
  /** The normalization that the published weights expect. The default is {@linkcode defaultNormalizations}. */
  readonly normalization?: InputNormalization;
  /** The labels of the published weights' outputs. */
  readonly labels?: readonly string[];
  /**
   * The collections of chest films that some of the published weights were trained on. A file does not tell which of
   * them.
   */
  readonly trainedOn?: readonly string[];
}

/**
 * The names that libraries give to the weights of a model. The first is of the library whose model Thorax follows;
 * `export` uses its names by default. The value `{}` stands for the paths with dots: `layer1/0/kernel` is
 * `layer1.0.weight`.
 *
 * @example
 * ```ts
 * import type { WeightNames } from "@thorax/thorax";
 * const weightNames: WeightNames = {
 *   torchvision: { rules: { "/block/body/": "/" } },
 *   timm: { rules: { "stem/": "conv_stem/", "/block/body/": "/" } },
 * };
 * ```
 */
export type WeightNames = Readonly<Partial<Record<Library, Naming>>>;

/** Settings of a model, as a `config.json` of transformers holds them. */
export type Settings = Readonly<Record<string, unknown>>;

/** The ε that layer norms add to the variance. */
export interface LayerNormEpsilon {
  /** The layers that take it from `layer_norm_eps`, for people: `its layer norms`. */
  readonly norms: string;
  /** The ε here. */
  readonly ours: number;
  /** The library's, where its `config.json` has none. */
  readonly theirs: number;
}

const imagenet: InputNormalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** The normalization to [−1, 1]. */
export const unitNormalization: InputNormalization = { mean: [0.5], std: [0.5] };

/** The normalization that each library's published weights expect, unless a {@linkcode Naming} has another. */
export const defaultNormalizations: Readonly<Record<Library, InputNormalization>> = {
  torchvision: imagenet,
  timm: imagenet,
  /** To [−1024, 1024] (torchxrayvision.datasets.normalize). */
  torchxrayvision: { mean: [0.5], std: [0.5 / 1024] },
  huggingface: imagenet,
  /** To [0, 1], as its tutorials scale films (ScaleIntensity). */
  monai: { mean: [0], std: [1] },
  document: unitNormalization,
};

/** The libraries whose published weights are for films of one gray channel. Those of all others are for color. */
export const grayLibraries: ReadonlySet<Library> = new Set<Library>(["torchxrayvision", "document"]);

/**
 * The normalization of each of `channels` channels. Where the numbers are for another count of channels, as for gray in
 * place of color, each channel takes their mean.
 */
export function channelNormalizations(
  { mean, std }: InputNormalization,
  channels: number,
): { mean: number; std: number }[] {
  const of = (values: readonly number[], channel: number) => {
    const [own, mean] = [values[channel], values.reduce((sum, value) => sum + value, 0) / values.length];
    return own !== undefined && values.length === channels ? own : mean;
  };
  return Array.from({ length: channels }, (_, channel) => ({ mean: of(mean, channel), std: of(std, channel) }));
}

/** The library whose model a model follows: the first of its names. */
export function defaultLibrary(weightNames: WeightNames): Library {
  const [first] = Object.keys(weightNames);
  return libraries.find((library) => library === first) ?? "torchvision";
}

/** PyTorch's word for the last part of a path. */
const torchWords: Readonly<Record<string, string>> = {
  kernel: "weight",
  bias: "bias",
  scale: "weight",
  offset: "bias",
  mean: "running_mean",
  variance: "running_var",
};

/**
 * A library's names for the tensors of a parameter. Several names are of parts that are joined along PyTorch's first
 * axis.
 *
 * @example
 * ```ts
 * import { tensorNames } from "./naming.ts";
 * const rules = { "/attn/qkv/": "/attention/{query,key,value}/" };
 * console.assert(tensorNames("blocks/0/attn/qkv/kernel", { rules })[1] === "blocks.0.attention.key.weight");
 * ```
 */
export function tensorNames(path: string, { rules = {} }: Naming): readonly [string, ...string[]] {
  const renamed = Object.entries(rules).reduce(
    (name, [ours, theirs]) => ours.startsWith("/") || name.startsWith(ours) ? name.replace(ours, () => theirs) : name,
    path,
  );
  const parts = renamed.split("/"), last = parts.pop() ?? "";
  const name = [...parts, torchWords[last] ?? last].join(".");
  const [, before, choices, after] = /^(.*?)\{(.+?)\}(.*)$/.exec(name) ?? [];
  if (choices === undefined) return [name];
  const [first = "", ...rest] = choices.split(",").map((choice) => `${before}${choice}${after}`);
  return [first, ...rest];
}

/** The name of the counter of batches that PyTorch keeps beside a running mean; undefined for any other tensor. */
export function batchCounterOf(name: string): string | undefined {
  return name.endsWith(".running_mean") ? name.replace(/running_mean$/, "num_batches_tracked") : undefined;
}
