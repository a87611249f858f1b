import { type BadInput, testBadInput, testLateBadInput } from "./bad_input.ts";

testBadInput("checkpoints and runs", [
  ["train --model vgg16 --ckpt-path @/nowhere", "cannot read @/nowhere: No such file or directory"],
  ["train --model vgg16 --ckpt-path @/taken", "@/taken is not a safetensors file: it is only 0 bytes long"],
  [
    "train --model vgg16 --epochs 2 --ckpt_path @/nan.pt --img-size 64",
    "@/nan.pt is a PyTorch file, and not a checkpoint of this program. Type: deno task train … --model vgg16 --epochs 2 " +
    "--weights @/nan.pt --img-size 64",
  ],
  ["export --ckpt-path @/nan.pt --output @/a.safetensors", "@/nan.pt is a PyTorch file, and not a checkpoint …"],
  ["train --model vgg16 --ckpt-path @/short.safetensors", "@/short.safetensors is truncated: its header promises …"],
  [
    "train --model vgg16 --ckpt-path @/foreign.safetensors",
    "@/foreign.safetensors is a safetensors file but holds no …",
  ],
  [
    "train --model vgg16 --ckpt-path @/labels.safetensors",
    "@/labels.safetensors was trained on other labels (Mass, No Finding) than phantom (synthetic) has (Atelectasis, …",
  ],
  [
    "evaluate --ckpt-path @/labels.safetensors",
    "@/labels.safetensors was trained on other labels (Mass, No Finding) …",
  ],
  [
    "evaluate --ckpt-path @/linear.safetensors --model vgg16",
    "@/linear.safetensors is a checkpoint of linear, and --model is vgg16",
  ],
  ["evaluate --ckpt-path @/linear.safetensors --report @/taken/r", "cannot write to @/taken/r: Not a directory. …"],
  ...[
    ["few_labels", "contradicts itself: it has 3 labels, and its model ends in [15]"],
    ["many_labels", "contradicts itself: it has 16 labels, and its model ends in [15]"],
    [
      "channels",
      ": its Thorax metadata are damaged, or …: preprocessing.channels: 3 channels do not fit a model for 1",
    ],
    ["size", ": its Thorax metadata are …: preprocessing.imageSize: films of 64² do not fit a model for 32×32"],
    ["vast_size", ": its Thorax metadata are …: preprocessing.imageSize: Too big: …"],
    ["vast_input", ": its Thorax metadata are damaged, or of another version: input.0: Too big: …"],
  ].map(([name, fault]): BadInput => [
    `predict --ckpt-path @/${name}.safetensors @/films/images/0.png`,
    `@/${name}.safetensors${fault.startsWith(":") ? "" : " "}${fault}`,
  ]),
  [
    "train --test-only --ckpt-path @/elsewhere.safetensors",
    "@/elsewhere.safetensors: its Thorax metadata are damaged, or …: dataset.splitType: Invalid: expected a name without …",
  ],
  [
    "evaluate --ckpt-path @/escape.safetensors",
    "@/escape.safetensors was trained on other labels (Mass�[2J�error: none, Cardiomegaly, …",
  ],
  ["train --resume @/null_run", "@/null_run/config.json cannot be read. …"],
  ["train --resume @/linked_run", "@/linked_run/metrics.csv is a link, and a run is written into its own folder …"],
  ["train --resume @/nowhere", "@/nowhere/config.json cannot be read. --resume takes a run folder, as train makes it"],
  ["train --resume @/broken_run", "@/broken_run/config.json cannot be read. …"],
  ["train --resume @/run", "@/run/config.json: learningRate is no option"],
  ["train --resume @/stateless_run", "cannot read @/stateless_run/last/state.safetensors: No such file or directory"],
  [
    "train --resume @/stateless_run --lr 1",
    "--lr cannot change on resume: in @/stateless_run/config.json it is 0.00005",
  ],
]);

testLateBadInput("checkpoints and runs", [
  [
    "train --model resnet18 --img-size 32 --ckpt-path @/linear.safetensors",
    "@/linear.safetensors does not fit the model: … is missing; … more. Name the model that it was trained as, …",
  ],
  [
    "train --model @/linear.ts --img-size 32 --weights @/nan.pt",
    '@/nan.pt: tensor "head.weight" holds NaN, at 7 of 15360',
  ],
  [
    "train --model @/linear.ts --img-size 32 --ckpt-path @/nan.safetensors",
    '@/nan.safetensors: tensor "head/kernel" holds NaN, at 7 of 15360',
  ],
  ["predict --ckpt-path @/nan.safetensors @/films/images/0.png", '@/nan.safetensors: tensor "head/kernel" holds …'],
  ["evaluate --ckpt-path @/nan.safetensors --report @/r --json", '@/nan.safetensors: tensor "head/kernel" holds …'],
  ["export --ckpt-path @/nan.safetensors --output @/a.safetensors", '@/nan.safetensors: tensor "head/kernel" …'],
  [
    "export --ckpt-path @/nan.safetensors --format pytorch --output @/a.pt",
    '@/nan.safetensors: tensor "head/kernel" …',
  ],
  ["export --ckpt-path @/nan.safetensors --format onnx --output @/a.onnx", '@/nan.safetensors: tensor "head/kernel" …'],
  ["export --ckpt-path @/linear.safetensors --format tfjs --output @/films", "@/films already exists. Remove it, …"],
  [
    "export --ckpt-path @/linear.safetensors --format savedmodel --output @/taken",
    "@/taken already exists. Remove it, or name a folder that does not exist yet",
  ],
  [
    "export --ckpt-path @/state.safetensors --format onnx --output @/a.onnx",
    "@/state.safetensors does not fit the model: head/kernel is missing; head/bias is missing. …",
  ],
  ["train --model resnet18 --img-size 32 --ckpt-dir @/taken", "cannot make a run folder in @/taken: File exists. …"],
  ["train --model resnet18 --img-size 32 --log-dir @/taken", "cannot write a log to @/taken: … --log-dir"],
]);
