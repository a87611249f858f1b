import { assertEquals, assertMatch } from "@std/assert";
import { isNeeded, platforms, requirement, wheels } from "./wheels.ts";

Deno.test("wheels: every one has a SHA-256, a size, and a name of this platform for Python 3.12 or any", () => {
  const tags: Record<string, RegExp> = {
    "linux-x86_64-cpu": /^manylinux\w+_x86_64$/,
    "linux-x86_64-cuda": /^manylinux\w+_x86_64$/,
    "linux-aarch64-cpu": /^manylinux\w+_aarch64$/,
    "darwin-aarch64-cpu": /^macosx_\d+_\d+_arm64$/,
  };
  assertEquals(Object.keys(wheels).toSorted(), Object.keys(tags).toSorted());
  for (const [key, row] of Object.entries(wheels)) {
    assertMatch(row[0].file, /^tensorflow(_cpu)?-2\.21\.0-cp312-cp312-/);
    for (const wheel of row) {
      assertMatch(wheel.file, /^\w+-[\d.]+-(cp312-cp312|py3-none)-[\w.]+\.whl$/);
      assertMatch(wheel.sha256, /^[0-9a-f]{64}$/);
      for (const tag of platforms(wheel)) assertMatch(tag, tags[key]);
      assertEquals(Number.isInteger(wheel.bytes) && wheel.bytes > 1e6, true);
    }
  }
  const all = Object.values(wheels).flat();
  assertEquals(new Set(all.map(({ sha256 }) => sha256)).size, all.length);
});

Deno.test("wheels: CUDA's are TensorFlow and every package of its and-cuda extra", () => {
  assertEquals(wheels["linux-x86_64-cuda"].map((wheel) => requirement(wheel).split("==")[0]), [
    "tensorflow",
    "nvidia_cublas_cu12",
    "nvidia_cuda_cupti_cu12",
    "nvidia_cuda_nvcc_cu12",
    "nvidia_cuda_nvrtc_cu12",
    "nvidia_cuda_runtime_cu12",
    "nvidia_cudnn_cu12",
    "nvidia_cufft_cu12",
    "nvidia_curand_cu12",
    "nvidia_cusolver_cu12",
    "nvidia_cusparse_cu12",
    "nvidia_nccl_cu12",
    "nvidia_nvjitlink_cu12",
  ]);
});

Deno.test("wheels: the name tells what pip is asked for", () => {
  const wheel = {
    file: "nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    bytes: 1,
    sha256: "",
  };
  assertEquals(requirement(wheel), "nvidia_cufft_cu12==11.4.1.4");
  assertEquals(platforms(wheel), ["manylinux2014_x86_64", "manylinux_2_17_x86_64"]);
});

Deno.test("wheels: the libraries and the licenses are needed, Python's part is not", () => {
  const members = {
    "tensorflow/libtensorflow_cc.so.2": true,
    "tensorflow/libtensorflow_framework.so.2": true,
    "tensorflow/libtensorflow_cc.2.dylib": true,
    "tensorflow/libtensorflow_framework.2.dylib": true,
    "tensorflow/THIRD_PARTY_NOTICES.txt": true,
    "tensorflow/include/LICENSE": true,
    "tensorflow/include/external/png/LICENSE": false,
    "tensorflow/python/_pywrap_tfe.so": false,
    "tensorflow/__init__.py": false,
    "nvidia/cudnn/lib/libcudnn.so.9": true,
    "nvidia/cuda_cupti/lib/libnvperf_host.so": true,
    "nvidia/cuda_runtime/lib/libcudart_static.a": false,
    "nvidia/cuda_runtime/include/cuda.h": false,
    "nvidia/cuda_nvcc/bin/ptxas": true,
    "nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc": true,
    "nvidia_cuda_nvcc_cu12-12.9.86.dist-info/licenses/License.txt": true,
    "nvidia_cuda_nvcc_cu12-12.9.86.dist-info/RECORD": false,
    "nvidia/../../lib/x.so": false,
  };
  assertEquals(Object.fromEntries(Object.keys(members).map((path) => [path, isNeeded(path)])), members);
});
