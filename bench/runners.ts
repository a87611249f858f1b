import type { Job } from "./job.ts";
import type { Peer } from "./peers.ts";

/** A runner of the bench: a program in runners/, and how to start it. */
export interface Runner {
  readonly name: string;
  readonly kind: Job["kind"];
  readonly precision: Job["precision"];
  /** A description for `--help`. */
  readonly about: string;
  /** Its program in runners/, for Python or Deno. */
  readonly script: string;
  /** The peers whose packages it needs. */
  readonly peers: readonly Peer[];
  /** Whether it reads the ONNX file that PyTorch exports. */
  readonly needsOnnx?: boolean;
  /** Options of its program, which are added to the job. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

type Row = Omit<Runner, "kind" | "precision" | "peers"> & Partial<Runner>;

/** Keeps freed memory in the process, in huge pages, which avoids PyTorch's page faults. */
const tunedMalloc = {
  GLIBC_TUNABLES:
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1000000000:glibc.malloc.trim_threshold=8000000000",
};
/** Compiles in the process itself, so that no idle workers remain, and without a cache, so that the first step's time is stable. */
const compileHere = { TORCHINDUCTOR_COMPILE_THREADS: "1", TORCHINDUCTOR_FORCE_DISABLE_CACHES: "1" };

const torch = { script: "torch_train.py", peers: ["torch"] as const };
const best = { format: "channels_last", fused: true };
const torchInference = { kind: "inference", script: "torch_inference.py", peers: ["torch"] as const } as const;
const bfloat16 = { precision: "bfloat16" } as const;

const rows: readonly Row[] = [
  {
    ...torch,
    name: "pytorch",
    about: "PyTorch as the document wrote it: NCHW, default Adam",
    options: { format: "nchw", fused: false },
  },
  { ...torch, name: "pytorch-best", about: "channels_last, Adam(fused=True)", options: best },
  {
    ...torch,
    name: "pytorch-best-malloc",
    about: "the same with a tuned allocator",
    options: best,
    env: tunedMalloc,
  },
  {
    ...torch,
    name: "pytorch-compile",
    about: "pytorch-best through torch.compile",
    options: { ...best, compile: true },
    env: compileHere,
  },
  { ...torch, ...bfloat16, name: "pytorch-bf16", about: "pytorch-best under autocast", options: best },
  {
    ...torch,
    ...bfloat16,
    name: "pytorch-bf16-malloc",
    about: "the same with a tuned allocator",
    options: best,
    env: tunedMalloc,
  },
  {
    name: "tensorflow",
    about: "the same step in TensorFlow from Python, tf.function",
    script: "tensorflow_train.py",
    peers: ["tensorflow"],
  },
  {
    ...bfloat16,
    name: "tensorflow-bf16",
    about: "the same with bfloat16 activations",
    script: "tensorflow_train.py",
    peers: ["tensorflow"],
  },
  {
    name: "tfjs-eager",
    about: "Thorax's step on this engine op by op, without jit",
    script: "thorax.ts",
    options: { form: "eager" },
  },
  { name: "thorax", about: "Thorax's training step", script: "thorax.ts" },
  { ...bfloat16, name: "thorax-bf16", about: "the same with --precision bfloat16", script: "thorax.ts" },
  {
    name: "thorax-remat",
    about: "the same with train's --remat",
    script: "thorax.ts",
    options: { remat: true },
  },

  {
    kind: "films",
    name: "thorax-decoded",
    about: "Thorax's training step on films in memory",
    script: "thorax_films.ts",
    options: { form: "decoded" },
  },
  {
    kind: "films",
    name: "thorax-loop",
    about: "train's own loop, which decodes every film",
    script: "thorax_films.ts",
    options: { form: "loop" },
  },

  { ...torchInference, name: "pytorch-nchw", about: "PyTorch", options: { form: "plain", format: "nchw" } },
  {
    ...torchInference,
    name: "pytorch-channels-last",
    about: "PyTorch in channels_last",
    options: { form: "plain", format: "channels_last" },
  },
  {
    ...torchInference,
    name: "pytorch-optimized",
    about: "torch.jit.optimize_for_inference",
    options: { form: "optimized", format: "channels_last" },
  },
  {
    ...torchInference,
    name: "pytorch-compiled",
    about: "torch.compile",
    options: { form: "compiled", format: "channels_last" },
    env: compileHere,
  },
  {
    kind: "inference",
    name: "onnxruntime",
    about: "onnxruntime, its CPU provider",
    script: "onnxruntime_inference.py",
    peers: ["torch", "onnx", "onnxruntime"],
    needsOnnx: true,
  },
  {
    kind: "inference",
    name: "openvino",
    about: "OpenVINO, INFERENCE_PRECISION_HINT f32",
    script: "openvino_inference.py",
    peers: ["torch", "onnx", "openvino"],
    needsOnnx: true,
  },
  {
    ...bfloat16,
    kind: "inference",
    name: "openvino-bf16",
    about: "OpenVINO, INFERENCE_PRECISION_HINT bf16",
    script: "openvino_inference.py",
    peers: ["torch", "onnx", "openvino"],
    needsOnnx: true,
  },
  { kind: "inference", name: "thorax-predict", about: "Thorax's prediction", script: "thorax.ts" },
  {
    ...bfloat16,
    kind: "inference",
    name: "thorax-predict-bf16",
    about: "the same with --precision bfloat16",
    script: "thorax.ts",
  },

  {
    kind: "layer",
    name: "jax-js",
    about: "one convolution, forward and backward, on WebAssembly",
    script: "jax_js.ts",
  },
  { kind: "layer", name: "thorax-layer", about: "the same layer in Thorax", script: "thorax_layer.ts" },
];

/** All runners of the bench. */
export const runners: readonly Runner[] = rows.map((row) => ({
  kind: "train",
  precision: "float32",
  peers: [],
  ...row,
}));

/** Runners of one group do the same work: their losses must agree, and their times are compared. */
export type Group = `${Job["kind"]} ${Job["precision"]}`;

export function groupOf({ kind, precision }: Pick<Runner, "kind" | "precision">): Group {
  return `${kind} ${precision}`;
}

/** By group, the runner to which the others are compared by default. */
export const defaultBase: Readonly<Record<Group, string>> = {
  "train float32": "pytorch-best",
  "train bfloat16": "pytorch-bf16",
  "films float32": "thorax-decoded",
  "films bfloat16": "thorax-decoded",
  "inference float32": "pytorch-channels-last",
  "inference bfloat16": "openvino-bf16",
  "layer float32": "jax-js",
  "layer bfloat16": "jax-js",
};

/** The float32 forward passes whose fastest sets the limit of a training step: three times its time. */
export const limitRunners: readonly Runner[] = runners.filter(({ name }) =>
  name === "onnxruntime" || name === "openvino"
);
