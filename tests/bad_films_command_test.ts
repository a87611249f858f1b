import { testBadInput } from "./bad_input.ts";

testBadInput("films", [
  ["train --model vgg16 --data-dir @/nowhere", "@/nowhere does not exist"],
  [
    "train --model vgg16 --data-dir @/empty",
    "Thorax does not recognize the layout of @/empty: it looked for a label table …",
  ],
  [
    "train --model vgg16 --data-dir @/taken",
    "@/taken is a damaged archive: it has no directory that can be read at its end. …",
  ],
  ["train --model vgg16 --dataset nih", "--dataset nih needs a folder of films. Give it with --data-dir"],
  [
    "train --model vgg16 --dataset phantom --data-dir @/films",
    "--dataset phantom reads no folder, and @/films is given. …",
  ],
  [
    "train --model vgg16 --data-dir @/missing",
    "@/missing: 2 of 20 images are missing, first: 2.png. Restore them, … or leave them out with --on-bad-image skip",
  ],
  [
    "train --model vgg16 --data-dir @/truncated",
    "@/truncated: 1 of 20 images is damaged, first: @/truncated/images/4.png (truncated). Restore them, …",
  ],
  [
    "train --model vgg16 --data-dir @/unknown",
    "@/unknown/Data_Entry_2017.csv has 1 unknown label: Nodul (2 rows; did you mean Nodule?). Correct them, …",
  ],
  [
    "train --model vgg16 --data-dir @/lone",
    "@/lone: the … split has no film (…). At least three patients are needed, …",
  ],
  ["train --model vgg16 --data-dir @/imageless", "@/imageless has none of the 20 images that …"],
  [
    "train --model vgg16 --data-dir @/abnormal --split-type binary",
    "binary sampling needs normal and abnormal films, and there are 0 and 14. Choose another --split-type",
  ],
  ["predict --ckpt-path @/linear.safetensors @/nowhere.png", "@/nowhere.png cannot be read (there is no such file)"],
  ["predict --ckpt-path @/linear.safetensors @/empty.png", "@/empty.png …"],
  ["predict --ckpt-path @/linear.safetensors @/truncated/images/4.png", "@/truncated/images/4.png …"],
  [
    "predict --ckpt-path @/linear.safetensors @/films/images/0.png @/empty",
    "@/empty holds no PNG or JPEG image",
  ],
  ["predict --ckpt-path @/linear.safetensors @/films/*.jpg", "@/films/*.jpg matches no PNG or JPEG image"],
  ["predict --ckpt-path @/linear.safetensors --input-list @/taken", "@/taken names no film"],
  [
    "predict --ckpt-path @/linear.safetensors --input-list @/nowhere",
    "cannot read @/nowhere: No such file or directory",
  ],
  [
    "predict --ckpt-path @/linear.safetensors --input @/shape.npy --input-list @/taken",
    "a .npy batch must be the only input. Predict @/shape.npy …",
  ],
  ["predict --ckpt-path @/linear.safetensors --input @/text.npy", "@/text.npy is not a NumPy array file: …"],
  [
    "predict --ckpt-path @/linear.safetensors --input @/short.npy",
    "@/short.npy says it is float32 [1, 1, 32, 32], which …",
  ],
  [
    "predict --ckpt-path @/linear.safetensors --input @/shape.npy",
    "@/shape.npy must be float32 [N, 1, 32, 32], and is float32 [1, 1, 16, 64]",
  ],
  [
    "predict --ckpt-path @/linear.safetensors --input @/nan.npy",
    "@/nan.npy holds NaN: film 2, channel 0, row 5, column 7, counted from 0",
  ],
  [
    "predict --ckpt-path @/linear.safetensors --input @/double.npy",
    "@/double.npy must be float32 [N, 1, 32, 32], and is float64 [1, 1, 32, 32]",
  ],
  [
    "predict --ckpt-path @/linear.safetensors @/shape.npy @/a.png",
    "a .npy batch must be the only input. Predict @/shape.npy …",
  ],
]);
