/** How to save weights that are pickled as something else than tensors of `torch.save`, by the modules that the pickle names. */
export function saveAgain(pickle: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(pickle.subarray(0, longestPrefix));
  return /numpy/.test(text) && !/torch/.test(text) ? saveArrays : saveTensors;
}

/** How to save the tensors of a model. */
export const saveTensors = "In Python, save the tensors alone: torch.save(model.state_dict(), FILE)";

/** How to save a dict of NumPy's arrays. */
export const saveArrays = "In Python, save a dict of NumPy's arrays as such: numpy.savez(FILE, **arrays)";

/** A pickle names the module of its first tensor or array near its beginning. */
const longestPrefix = 1 << 16;
