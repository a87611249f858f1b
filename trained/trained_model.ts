import type { Dataset } from "../data/dataset.ts";
import type { Normalization } from "../data/images/normalization.ts";
import type { Model } from "../dsl/compile/compile.ts";
import type { Weights } from "../dsl/layer.ts";
import type { Generation } from "../lineage/generation.ts";
import type { CheckpointMetadata } from "../weights/checkpoint/checkpoint_metadata.ts";
import type { Assumption } from "../weights/matching/choose_key_map.ts";
import type { Library } from "../weights/names/naming.ts";

/** A trained model whose weights are still on disk: its file must stay open until they are read. */
export interface TrainedModel {
  /** The file that it is in. */
  readonly path: string;
  /** The model's name in results: that of the registry, or the stem of the file that describes it. */
  readonly name: string;
  /** The model, compiled. */
  readonly model: Model;
  /** What the outputs mean, in their order. */
  readonly labels: readonly string[];
  /** How films are normalized, for each channel of the model. */
  readonly channels: readonly Normalization[];
  /** What the model saw in its trainings, as far as the file says. */
  readonly lineage: readonly Generation[];
  /** Whether it was trained on synthetic films, as far as the file says. */
  readonly synthetic: boolean;
  /** What to know of how the file was read, a line each: which library's names it has, what was assumed. */
  readonly notes: readonly string[];
  /** What the file says of itself; only files that Thorax wrote do. */
  readonly metadata?: CheckpointMetadata;
  /**
   * Reads the weights into tensors of the backend in use; the caller disposes them.
   *
   * @throws {UserError} where a tensor holds a value that no trained model has
   */
  load(): Promise<Weights>;
}

/** How weights are read. All but `model` are for weights that Thorax did not write. */
export interface ModelFileOptions {
  /**
   * The model that the weights are for: a name of the registry, or a file whose default export is a spec or makes one. Beside a checkpoint
   * of Thorax, which brings its model, the file that exports the layers which its spec needs.
   */
  readonly model?: string;
  /** Whose names and input range the weights have; by default the names tell. */
  readonly library?: Library;
  /** Which of several models in the file is meant, such as `state_dict_ema`. */
  readonly key?: string;
  /** Whether every tensor is taken as it is: nothing summed, resized or left out. Default: false. */
  readonly strict?: boolean;
  /** Films are stretched to this height and width; by default to what the file records, or 224. */
  readonly imageSize?: number;
  /** Channels of an image; default 1. */
  readonly inChannels?: number;
  /** Outputs of the model; by default as many as the dataset has labels, or 15. */
  readonly numClasses?: number;
  /** Whose weights they are taken for where nothing in the file tells. */
  readonly assumed?: Assumption;
  /** Whether even a checkpoint of Thorax is read as bare weights for `model`. Default: false. */
  readonly asWeights?: boolean;
  /** Says how the caller names a model, in the error about weights without one; `guess` is a model that they fit, if one was found. */
  readonly howToName?: (guess: string | undefined) => string;
}

/** What a trained model is compiled for. */
export interface CompileTrainedOptions {
  /** The size of the images; by default that of the films that it was trained on, where the file says it, or 224×224. */
  readonly size?: readonly [height: number, width: number];
  /** The films that it is tested on: its outputs must be their labels. */
  readonly dataset?: Dataset;
}

/** An open file with a trained model: what it says of itself is known, the model is not compiled yet. */
export interface ModelFile extends Disposable {
  /** The file. */
  readonly path: string;
  /** What the file says of itself; only files that Thorax wrote do. */
  readonly metadata?: CheckpointMetadata;
  /** Whether the file describes its model; for another library's weights {@linkcode ModelFileOptions.model} does. */
  readonly bringsModel: boolean;
  /**
   * Compiles the model and compares all names and shapes; no weight is read yet.
   *
   * @throws {UserError} where weights and model, or outputs and labels, do not fit
   */
  compile(options?: CompileTrainedOptions): Promise<TrainedModel>;
}
