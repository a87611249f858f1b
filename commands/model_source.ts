import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { compile, type Model } from "../dsl/compile.ts";
import type { Definition } from "../dsl/layer.ts";
import type { Spec } from "../dsl/spec.ts";
import { parse } from "../dsl/parse.ts";
import { UserError } from "../errors.ts";
import type { ModelOptions } from "../models/builder.ts";
import { buildModel } from "../models/registry.ts";

/** A model's description, with the definitions that it needs beside the built-in ones. */
export interface ModelSource {
  readonly spec: Spec;
  readonly layers: readonly Definition[];
}

/** What `--model` names: a model of the registry, or a file's. */
export async function resolveModel(name: string, options: ModelOptions): Promise<ModelSource> {
  if (!isFile(name)) return { spec: buildModel(name, options), layers: [] };
  const module = await importModel(name);
  const { default: exported, layers = [] } = module;
  const spec = typeof exported === "function" ? exported({ inChannels: 1, ...options }) : exported;
  if (typeof exported !== "function" && options.dropout !== undefined) {
    throw new UserError(`--dropout needs a model that takes it, and ${name} exports a fixed spec`, {
      remedy: "Export a function of { inChannels, numClasses, dropout }",
    });
  }
  return { spec: parseSpec(spec, layers, `--model ${name}`), layers };
}

/** A spec of a user's file or a checkpoint; a mistake in it is the user's. */
export function parseSpec(json: unknown, layers: readonly Definition[], source: string): Spec {
  return blame(source, () => parse(json, { layers }));
}

/** The definitions that a file exports beside its model: what a checkpoint of that model needs to be read. */
export async function layersOf(name: string | undefined): Promise<readonly Definition[]> {
  return name !== undefined && isFile(name) ? (await importModel(name)).layers ?? [] : [];
}

/** Compiles a source for images `[H, W, C]`. */
export function compileSource({ spec, layers }: ModelSource, name: string, input: readonly number[]): Model {
  return blame(name, () => compile(spec, { input, layers }));
}

/** The language's errors (SpecError, ShapeError) are TypeErrors; here they are about what the user gave. */
function blame<R>(source: string, action: () => R): R {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UserError(`${source}: ${cause.message}`, { cause });
  }
}

const isFile = (name: string) => /[./\\]/.test(name);

const moduleSchema = z.object({
  default: z.unknown(),
  layers: z.array(z.custom<Definition>((value) => typeof value === "object" && value !== null && "type" in value))
    .optional(),
});

async function importModel(path: string): Promise<z.infer<typeof moduleSchema>> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new UserError(`--model ${path} cannot be loaded: ${reason}`, { cause });
  }
  const { data } = moduleSchema.safeParse({ ...module as object });
  if (!data || data.default === undefined) {
    throw new UserError(`--model ${path} has no model as its default export`, {
      remedy: "Export a spec, or a function of { inChannels, numClasses } that returns one",
    });
  }
  return data;
}
