import { openPhantom } from "../phantom/phantom.ts";
import type { SyntheticReader } from "./reader.ts";

/** The synthetic films on which a first run trains without any download; see {@linkcode openPhantom}. */
export const phantom: SyntheticReader = {
  from: "program",
  looks: "synthetic films that the program draws",
  open: () => openPhantom(),
};
