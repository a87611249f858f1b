/**
 * Small, realistic faults, each of one place: what a slip of the keyboard, a wrong copy or a forgotten argument makes. Tests that do not
 * notice one would not notice its like.
 */
import type { FaultTable } from "./mutant.ts";
import { data } from "./table/data.ts";
import { evaluate } from "./table/evaluate.ts";
import { exports } from "./table/export.ts";
import { models } from "./table/models.ts";
import { engine } from "./table/engine.ts";
import { train } from "./table/train.ts";
import { weights } from "./table/weights.ts";

/** The faults of all rooms, room by room. */
export const tables: readonly FaultTable[] = [data, models, weights, engine, exports, train, evaluate];
