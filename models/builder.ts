import type { Spec } from "../dsl/spec.ts";
import type { WeightNames } from "../weights/names/naming.ts";

/** What a model is built for. */
export interface ModelOptions {
  /** The number of outputs. */
  readonly numClasses: number;
  /**
   * The channels of the images, for a model whose spec depends on them. A convolution takes any number. The default is
   * 1.
   */
  readonly inChannels?: number;
  /** The rate of its dropout layers, and of stochastic depth at its last block. The default is the paper's. */
  readonly dropout?: number;
}

/** Makes the spec of a model. */
export type Builder = (options: ModelOptions) => Spec;

/** The paper that describes an architecture. */
export interface Paper {
  /** The family names of its authors. */
  readonly authors: string;
  /** Its title. */
  readonly title: string;
  /** The year of its publication. */
  readonly year: number;
}

/** A model of a family, and the published figures that it is checked against. */
export interface Variant {
  /** Makes its spec. */
  readonly build: Builder;
  /** The published number of trainable parameters, for images of the input size with 3 channels, and 1000 classes. */
  readonly parameters: number;
  /** The published multiply-adds for one such image, to the nearest 10^6. */
  readonly multiplyAdds: number;
}

/** Models of one paper, and everything that is known about them. */
export interface Family {
  /** The family's name, for people. */
  readonly name: string;
  /** The paper that describes the models. */
  readonly paper: Paper;
  /** The height and width of the images that the published weights were trained on, in pixels. */
  readonly inputSize: number;
  /** The models by name, as `--model` takes it. */
  readonly models: Readonly<Record<string, Variant>>;
  /**
   * The names that libraries give to the models' weights. The first library's models are the ones that these follow.
   */
  readonly weightNames: WeightNames;
}
