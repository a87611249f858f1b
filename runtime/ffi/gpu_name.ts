/**
 * Returns CUDA's name of a GPU, such as `NVIDIA H200`, by TensorFlow's index; undefined if CUDA's driver does not tell. TensorFlow
 * must have found the GPU before, because it initializes the driver.
 */
export function gpuName(index: number): string | undefined {
  try {
    const { symbols } = Deno.dlopen("libcuda.so.1", {
      // CUresult cuDeviceGet(CUdevice* device, int ordinal)
      cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
      // CUresult cuDeviceGetName(char* name, int len, CUdevice dev)
      cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
    });
    const { cuDeviceGet, cuDeviceGetName } = symbols;
    const device = new Int32Array(1), name = new Uint8Array(256);
    if (cuDeviceGet(device, index) !== 0 || cuDeviceGetName(name, name.length, device[0]) !== 0) return undefined;
    return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
  } catch {
    return undefined;
  }
}
