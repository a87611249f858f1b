/** What `train --help` says above and below its options. */
export const trainHelp = {
  name: "train",
  summary: "train a model, validate it, and test the best of it",
  description:
    "Trains a model on chest X-rays with the recipe that docs/document.md describes, validates it after each epoch, and " +
    "tests the weights of the lowest validation loss: normal against abnormal. Without --data-dir it trains on " +
    "synthetic films.",
  examples: [
    "deno task train --model resnet18 --epochs 8",
    "deno task train --model vgg16 --data-dir films --split-type rare-first",
    "deno task train --model my_model.ts --data-dir chestmnist_224.npz",
    "deno task train --test-only --ckpt-path checkpoints/RUN/best_model.safetensors",
    "deno task train --test-only --ckpt-path best_model.pt --model resnet18 --data-dir films",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films",
    "deno task train --model resnet50 --weights resnet50.pth --data-dir films --head-only",
    "deno task train --model resnet50 --weights resnet50.pth --freeze conv1,bn1,layer1 --lr-for fc=1e-3",
    "deno task train --resume checkpoints/RUN",
  ],
} as const;
