/** Chest films from files or from the phantom: datasets, splits, samplers, and batches decoded ahead of need. */
export { type Batch, type Batches, type BatchesOptions, openBatches, type StreamOptions } from "./batches.ts";
export type { Dataset, Film, MissingFilms, PredefinedSplit } from "./dataset.ts";
export { decodeImage } from "./decode.ts";
export { type FilmJob, runFilmJob } from "./film_job.ts";
export { labelDictFile, nihLabels, noFindingName, parseLabelDict, readLabelDict } from "./labels.ts";
export { type NpyArray, readNpy } from "./npy.ts";
export { type DatasetKind, datasetKinds, openDataset } from "./open_dataset.ts";
export { openPhantom, type PhantomDataset, phantomName } from "./phantom.ts";
export { type FindingBox, phantomSize } from "./phantom_film.ts";
export { normalize, type Plane } from "./plane.ts";
export { readImage } from "./preprocess.ts";
export { resize } from "./resize.ts";
export { type Sampler, type SamplerName, type SamplerOptions, samplers } from "./samplers.ts";
export { type Split, splitFilms } from "./split.ts";
export { type FilmProblem, findProblems, verifyFilms } from "./verify.ts";
