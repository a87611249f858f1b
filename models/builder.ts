import type { Spec } from "../dsl/spec.ts";

/** What a model is built for. */
export interface ModelOptions {
  readonly numClasses: number;
  /** Channels of the images, for a model whose spec depends on them; a convolution takes what comes. Default 1. */
  readonly inChannels?: number;
  /** The rate of its dropout layers, and of stochastic depth at its last block; the default is each paper's. */
  readonly dropout?: number;
}

/** Makes the spec of a model. */
export type Builder = (options: ModelOptions) => Spec;

/** Where an architecture was published. */
export interface Paper {
  readonly authors: string;
  readonly title: string;
  readonly year: number;
}

/** Models of one paper: its table's rows, each with what builds it. */
export interface Family {
  readonly paper: Paper;
  readonly models: Readonly<Record<string, Builder>>;
}
