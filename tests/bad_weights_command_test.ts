import { testBadInput } from "./bad_input.ts";

testBadInput("weights", [
  ["train --model vgg16 --weights @/nowhere", "cannot read @/nowhere: No such file or directory"],
  [
    "train --model vgg16 --weights @/text.npy",
    "@/text.npy is not a file of weights: Thorax reads safetensors, PyTorch's .pt and …",
  ],
  [
    "train --model vgg16 --weights @/call.pt",
    "@/call.pt wants to call posix.system; weights need no such thing. In Python, save the tensors alone: …",
  ],
  ["train --model vgg16 --weights @/doubled.pt", "@/doubled.pt: its pickle names something twice. In Python, save …"],
  ["train --model vgg16 --weights @/cut.pt", "@/cut.pt is a damaged archive: it has no directory that can be read …"],
  [
    "train --model vgg16 --weights @/vast.safetensors",
    '@/vast.safetensors is not a valid safetensors file: tensor "w" has the shape [536870912,536870912]',
  ],
  [
    "train --model vgg16 --weights @/vast.npz",
    "@/vast.npz, array w, says it is float32 [536870912, 536870912], which takes … bytes, and 4 follow its header",
  ],
  [
    "train --model vgg16 --weights @/linear.safetensors",
    '@/linear.safetensors has no weight of vgg16 under a known name: its first tensor is "head/kernel", and vgg16 …',
  ],
  [
    "train --model vgg16 --weights @/nan.pt --names torchvision",
    "@/nan.pt does not fit the model: features.0.weight (features/0/kernel) [64, 1, 3, 3] is missing; … more",
  ],
  [
    "train --model alexnet --weights @/nan.pt --names timm",
    "there are no names of timm for alexnet; known: torchvision, …",
  ],
  [
    "train --model vgg16 --weights @/nan.pt --names keras",
    '--names must be one of torchvision, timm, torchxrayvision, huggingface, monai, document, and is "keras"',
  ],
  [
    "train --model vgg16 --weights @/a --ckpt-path @/b",
    "--weights and --ckpt-path name different weights. Leave one of them out",
  ],
  [
    "train --model vgg16 --xla --remat",
    "--xla and --remat exclude each other: XLA computes nothing twice. Leave one of them out",
  ],
  ["train --model vgg16 --weights-key ema", "--weights-key goes with --weights FILE"],
  ["train --model vgg16 --strict", "--strict goes with --weights FILE"],
  [
    "train --model vgg16 --in-channels 3 --report @/r",
    "training leaves --in-channels, --report without effect. They go with --test-only: …",
  ],
  [
    "evaluate --weights @/nan.pt --data-dir @/films",
    "@/nan.pt is not a checkpoint of Thorax and does not name its model. Type: deno task evaluate --model NAME --weights " +
    "@/nan.pt --data-dir @/films, where NAME is one of `deno task models`, or a file of your own",
  ],
  [
    "predict --ckpt-path @/nan.pt a.png",
    "@/nan.pt is not a checkpoint of Thorax and does not name its model. Type: deno task predict --model NAME --ckpt-path …",
  ],
  ["evaluate --ckpt-path @/linear.safetensors --names timm", "--names goes with --weights FILE"],
  [
    "evaluate --weights @/a --ckpt-path @/b",
    "--weights and --ckpt-path name different weights. Leave one of them out",
  ],
  ["evaluate --ckpt-path @/nan.pt --model @/three.ts --data-dir @/films", "@/three.ts ends in [3], and the data has …"],
  [
    "evaluate --ckpt-path @/nan.pt --model @/linear.ts --num-classes 3 --data-dir @/films",
    "--num-classes 3: @/films has 15 labels. Test on films with the labels that the model was trained on, …",
  ],
  [
    "evaluate --ckpt-path @/text.npy --model vgg16",
    "@/text.npy is not a file of weights: Thorax reads safetensors, PyTorch's .pt …",
  ],
  [
    "evaluate --ckpt-path @/call.pt --model vgg16",
    "@/call.pt wants to call posix.system; weights need no such thing. …",
  ],
  ["train --test-only --ckpt-path @/a --weights @/b", "--test-only tests --ckpt-path, and not --weights"],
  ["train --resume @/stateless_run --weights @/a", "--resume goes on from the run's own state. Leave --weights out"],
  ["predict --weights @/nan.pt a.png", "--weights needs --model NAME|FILE.ts. Name the model that they are of"],
  [
    "predict --model @/three.ts --weights @/nan.pt --input @/shape.npy",
    '@/nan.pt has no weight of three under a known name: its first tensor is "head.weight", and three begins with 1/kernel …',
  ],
  ["export", "export needs --ckpt-path FILE"],
  ["export --ckpt-path @/linear.safetensors", "export needs --output PATH"],
  [
    "export --ckpt-path @/linear.safetensors --output @/a.pt",
    "--output @/a.pt must end in .safetensors for --format safetensors",
  ],
  [
    "export --ckpt-path @/linear.safetensors --output @/a.safetensors --names timm",
    "there are no names of timm for linear; known: torchvision",
  ],
  [
    "export --ckpt-path @/linear.safetensors --format onxx --output @/a.onnx",
    '--format must be one of safetensors, pytorch, onnx, savedmodel, tfjs, and is "onxx"; did you mean onnx?',
  ],
  [
    "export --ckpt-path @/linear.safetensors --output @/nodir/y.safetensors",
    "--output @/nodir/y.safetensors: there is no folder @/nodir. Make it, or name another place with --output",
  ],
  [
    "export --ckpt-path @/linear.safetensors --format onnx --output @/taken/y.onnx",
    "--output @/taken/y.onnx: @/taken is not a folder. Make it, or name another place with --output",
  ],
  ["export --ckpt-path @/foreign.safetensors --format onnx --output @/a.onnx", "@/foreign.safetensors is a …"],
  ["export --ckpt-path @/call.pt --format tfjs --output @/a", "@/call.pt is not a safetensors file; it looks like a …"],
]);
