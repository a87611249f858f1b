/** Whether paths of parameters match a pattern of a user's; see {@linkcode matcher}. */
export type Matches = (path: string) => boolean;

/**
 * Compiles a pattern of paths. `stem` matches everything below it, `*` any part of a path or a piece of one, `**` any number of
 * parts. A dot separates parts as a slash does: `features.*` is `features/*`.
 *
 * @example
 * ```ts
 * import { matcher } from "./patterns.ts";
 * console.assert(matcher("layer1.*")("layer1/0/block/body/conv1/kernel") && !matcher("layer1")("layer12/kernel"));
 * ```
 */
export function matcher(pattern: string): Matches {
  const source = slashed(pattern).split("/").map((part) =>
    part === "**" ? "(.+/)?" : `${part.replace(/[\\^$+?()[\]{}|]/g, "\\$&").replaceAll("*", "[^/]*")}/`
  );
  const expression = new RegExp(`^${source.join("")}`);
  return (path) => expression.test(`${slashed(path)}/`);
}

const slashed = (path: string) => path.replaceAll(".", "/");

/** Splits a list such as `stem,layer1/*` into its patterns. */
export function patternsOf(list = ""): string[] {
  return list.split(",").map((pattern) => pattern.trim()).filter((pattern) => pattern !== "");
}

/** Reads a list such as `stem=1e-5,fc=1e-3`; undefined where it is no such list of rates above 0. */
export function ratesOf(list = ""): { readonly pattern: string; readonly rate: number }[] | undefined {
  const rates = patternsOf(list).map((item) => {
    const [pattern, rate = "", ...rest] = item.split("=").map((part) => part.trim());
    return { pattern, rate: rest.length === 0 ? Number(rate) : NaN };
  });
  return rates.every(({ pattern, rate }) => pattern !== "" && rate > 0 && Number.isFinite(rate)) ? rates : undefined;
}
