import { UserError } from "../../errors.ts";
import { PickleError } from "./pickle_vocabulary.ts";
import { saveArrays, saveTensors } from "./save_again.ts";

/** The longest pickle that is read, in bytes. It holds names and shapes; that of ViT-B/16 has 60 kB. */
export const pickleLimit = 64 << 20;

/**
 * Runs an action that reads a pickle of the file `path`.
 *
 * @throws {UserError} in place of a {@linkcode PickleError}, with what to do about it
 */
export function explainPickle<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    const isDamaged = error.message.startsWith("its pickle is ");
    throw new UserError(`${path}${error.message.startsWith("its ") ? ": " : " "}${error.message}`, {
      remedy: isDamaged ? "Copy or download it again" : /\bnumpy\./.test(error.message) ? saveArrays : saveTensors,
    });
  }
}
