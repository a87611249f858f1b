import { UserError } from "../errors.ts";
import { type Message, sizeOf } from "../formats/protobuf/writer.ts";

/**
 * Refuses a message that readers of protobuf refuse.
 *
 * @throws {UserError} if the file at `path` would have 2 GiB or more
 */
export function checkSize(message: Message, path: string): void {
  const bytes = sizeOf(message);
  if (bytes < 2 ** 31) return;
  throw new UserError(
    `${path} would have ${(bytes / 1e9).toFixed(1)} GB, and this format has less than 2 GiB in a file`,
    {
      remedy: "Export the weights with --format safetensors, or the model with --format tfjs",
    },
  );
}
