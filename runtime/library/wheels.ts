/** The pinned version of TensorFlow. */
export const tensorflowVersion = "2.21.0";

/** A file of the Python package index. */
export interface Wheel {
  /** The file name, which holds package, version and platform (PEP 427). */
  readonly file: string;
  readonly bytes: number;
  /** SHA-256, in hexadecimal. */
  readonly sha256: string;
}

/** A build of TensorFlow: for the CPU alone, or for CUDA too. */
export type Variant = "cpu" | "cuda";

/**
 * Wheels by `os-arch-variant` (in `Deno.build`'s words). Those for CUDA are the newest releases within the ranges of
 * `tensorflow[and-cuda]==2.21.0` (CUDA 12.9, cuDNN 9.28).
 */
export const wheels: Readonly<Record<string, readonly Wheel[]>> = {
  "linux-x86_64-cpu": [{
    file: "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
    bytes: 274000871,
    sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
  }],
  "linux-aarch64-cpu": [{
    file: "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl",
    bytes: 281946471,
    sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
  }],
  "darwin-aarch64-cpu": [{
    file: "tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl",
    bytes: 223488205,
    sha256: "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
  }],
  "linux-x86_64-cuda": [
    {
      file: "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
      bytes: 572611111,
      sha256: "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0",
    },
    {
      file: "nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 581217458,
      sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    },
    {
      file: "nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl",
      bytes: 10814997,
      sha256: "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
    },
    {
      file: "nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 40546229,
      sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
    },
    {
      file: "nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 89568129,
      sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    },
    {
      file: "nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 3493179,
      sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    },
    {
      file: "nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 716538495,
      sha256: "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
    },
    {
      file: "nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 200877592,
      sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    },
    {
      file: "nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 68295626,
      sha256: "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
    },
    {
      file: "nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 338117415,
      sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    },
    {
      file: "nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      bytes: 366465088,
      sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    },
    {
      file: "nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl",
      bytes: 351526311,
      sha256: "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
    },
    {
      file: "nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
      bytes: 39748338,
      sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    },
  ],
};

/** Returns pip's requirement for a wheel: `tensorflow_cpu-2.21.0-cp312-…whl` → `tensorflow_cpu==2.21.0`. */
export function requirement({ file }: Wheel): string {
  const [name, version] = file.split("-");
  return `${name}==${version}`;
}

/** Returns a wheel's platform tags: `…-manylinux2014_x86_64.manylinux_2_17_x86_64.whl` → both (PEP 425). */
export function platforms({ file }: Wheel): string[] {
  return file.slice(file.lastIndexOf("-") + 1, -".whl".length).split(".");
}

/** Whether a member of a wheel is installed: the libraries, the parts of CUDA's compiler that TensorFlow uses, and the licenses. */
export function isNeeded(member: string): boolean {
  return needed.some((pattern) => pattern.test(member));
}

const needed = [
  /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/,
  /^tensorflow\/(THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/,
  /^nvidia\/\w+\/lib\/[^/]+\.so[.\d]*$/,
  /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/[^/]+\.bc)$/,
  /^nvidia_[^/]+\.dist-info\/([^/]+\/)?licen[cs]e[^/]*$/i,
];
