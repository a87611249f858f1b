import { UserError } from "../../errors.ts";
import { randomStream, shuffled } from "../../random.ts";
import { noFindingName } from "../labels.ts";
import { assertShuffled, type Sampler } from "./sampler.ts";

/** Normal and abnormal 1:1: every film of the smaller group and as many of the other, drawn again for each epoch, all shuffled. */
export const binary: Sampler = {
  help: "normal and abnormal films 1:1",
  draw(labels, options) {
    assertShuffled("binary", options);
    const { seed, epoch, noFinding } = options;
    if (noFinding < 0) {
      throw new UserError(
        "binary sampling needs to know which films are normal: " +
          `there is no label ${noFindingName}, and the labels are not NIH's 14`,
        { remedy: "Choose another --split-type" },
      );
    }
    const normal: number[] = [], abnormal: number[] = [];
    for (const [film, filmLabels] of labels.entries()) (filmLabels.includes(noFinding) ? normal : abnormal).push(film);
    const each = Math.min(normal.length, abnormal.length);
    if (each === 0) {
      throw new UserError(
        `binary sampling needs normal and abnormal films, and there are ${normal.length} and ${abnormal.length}`,
        { remedy: "Choose another --split-type" },
      );
    }
    const stream = randomStream(seed, "binary", epoch);
    const drawn = [normal, abnormal].flatMap((films) => shuffled(films, stream).slice(0, each));
    return shuffled(drawn, stream);
  },
};
