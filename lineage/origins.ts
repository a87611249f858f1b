import type { Generation } from "./generation.ts";

/** Describes the training runs whose films nobody recorded, a phrase each. */
export function unrecordedOrigins(lineage: readonly Generation[]): string[] {
  return lineage.flatMap((generation) => {
    switch (generation.type) {
      case "recorded":
        return [];
      case "named":
        return ["a checkpoint of Thorax 0.1.0 records only its validation and test films"];
      case "foreign": {
        const { library, trainedOn } = generation;
        return trainedOn.length > 0
          ? [`the weights have the names of ${library}, whose own weights were trained on ${trainedOn.join(", ")}`]
          : [
            `nothing records what the weights of ${library === "document" ? "the document" : library} were trained on`,
          ];
      }
    }
  });
}
