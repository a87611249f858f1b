import { digestOf } from "../../lineage/digest.ts";
import type { Dataset } from "../dataset.ts";
import { nihLabels } from "../labels.ts";
import { phantomCohort } from "./cohort.ts";
import { type FindingBox, phantomBoxes, type PhantomFilm } from "./film.ts";

/** The phantom's name, which labels every result on it. */
export const phantomName = "phantom (synthetic)";

/** The phantom: a dataset that also knows where every finding is. */
export interface PhantomDataset extends Dataset {
  readonly kind: "phantom";
  /** Returns the place of each finding of a film, in pixels of the 256×256 film. */
  readonly boxes: (film: number) => FindingBox[];
}

/**
 * Opens the phantom: 640 synthetic frontal films of 320 patients with NIH's 15 labels, half of them normal. With it a first run needs
 * no download and learns something that can be learned. Films are drawn when they are needed; opening draws none. They show that
 * training works, and nothing about medicine.
 *
 * @example
 * ```ts
 * import { openPhantom } from "./phantom.ts";
 * const phantom = openPhantom({ seed: 0 });
 * console.assert(phantom.films.length === 640 && phantom.synthetic);
 * ```
 */
export function openPhantom({ seed = 0 }: { readonly seed?: number } = {}): PhantomDataset {
  const cohort = phantomCohort(seed);
  const filmOf = (film: number): PhantomFilm => ({
    seed,
    film,
    patient: cohort[film].patient,
    labels: cohort[film].labels.map((label) => nihLabels[label]),
  });
  return {
    kind: "phantom",
    name: phantomName,
    synthetic: true,
    notes: [],
    labels: nihLabels,
    namesPatients: true,
    films: cohort.map(({ patient, ...member }, film) => ({
      image: `phantom-${String(film).padStart(3, "0")}`,
      patient: `phantom-patient-${String(patient).padStart(3, "0")}`,
      ...member,
    })),
    identify: (film) => ({ digest: digestOf([`phantom ${seed} ${film}`]) }),
    job: (film) => ({ kind: "phantom", film: filmOf(film) }),
    boxes: (film) => phantomBoxes(filmOf(film)),
  };
}
