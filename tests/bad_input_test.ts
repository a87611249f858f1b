import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { badFiles } from "./bad_files.ts";
import { root, run } from "./command.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/**
 * Task and arguments, and the line that they are answered with, after `error: `; `…` stands for any text, and `@` for the folder
 * of {@linkcode badFiles}. Every row ends with the exit status 2 and is told before TensorFlow is looked for.
 */
const rows: readonly (readonly [string, string])[] = [
  // names and values
  ["train --model resnet81", 'there is no model "resnet81"; did you mean resnet18?'],
  ["train --modle vgg16", "unknown option --modle; did you mean --model?"],
  ["train --model vgg16 --frobnicate", "unknown option --frobnicate; see deno task train --help"],
  ["train --model", "option --model <NAME|FILE.ts> argument missing; see deno task train --help"],
  ["train", "train needs --model NAME|FILE.ts. The models are alexnet, vgg11, …"],
  ["train resnet18", 'train takes no argument "resnet18"; see deno task train --help'],
  ["train --model vgg16 --lr fast", '--lr must be a number above 0, and is "fast"'],
  ["train --model vgg16 --lr -1", "--lr must be a number above 0, and is -1"],
  ["train --model vgg16 --epochs 1.5", "--epochs must be an integer of at least 1, and is 1.5"],
  ["train --model vgg16 --batch_size 0", "--batch-size must be an integer from 1 to 4096, and is 0"],
  ["train --model vgg16 --img-size=16", "--img-size must be an integer of at least 32, and is 16"],
  [
    "train --model vgg16 --split_type rarefirst",
    "--split-type must be one of balanced, rare-first, original, binary, and is " +
    '"rarefirst"; did you mean rare-first?',
  ],
  ["train --model vgg16 --device gpu", '--device must be one of auto, cpu, cuda, and is "gpu"'],
  [
    "train --model vgg16 --no-shuffle",
    "the order of balanced is drawn, so it cannot be file order. Give --no-shuffle …",
  ],
  ["train --test-only", "--test-only needs --ckpt-path FILE"],
  [
    "train --test-only --ckpt-path @/linear.safetensors --resume @/run",
    "--test-only leaves --resume without effect. Leave one of them out: …",
  ],
  ["evaluate", "evaluate needs --ckpt-path FILE, or --model NAME and --weights FILE"],
  [
    "evaluate --ckpt-path x --split tset",
    '--split must be one of test, val, train, all, and is "tset"; did you mean test?',
  ],
  ["predict a.png", "predict needs --ckpt-path FILE, or --model NAME and --weights FILE"],
  ["predict --ckpt-path x a.png --json --csv", "--json and --csv are forms of one answer. Leave one of them out"],
  ["predict --ckpt-path @/linear.safetensors", "predict needs films. Name images, or a batch with --input FILE.npy"],
  ["summary", "summary needs --model NAME|FILE.ts"],
  ["summary --model vgg16 --json --svg", "--json and --svg are two forms of one answer. Leave one of them out"],
  ["summary --model alexnet --img-size 32", "alexnet: features/12 (pool): expected an image no smaller than …"],
  ["train --model alexnet --img-size 32", "alexnet: features/12 (pool): expected an image no smaller than …"],
  [
    "train --model vit_pt --img-size 250",
    "vit_pt: patch_embed (patchEmbedding): expected an image of whole patches of 16×16, got [250, 250, 1] from the input. " +
    "Give it sides of 240 or 256.",
  ],
  ["train --model alexnet --dropout 1", "--dropout must be a number from 0, below 1, and is 1"],
  ["models --all", "unknown option --all; see deno task models --help"],

  // films and labels
  ["train --model vgg16 --data-dir @/nowhere", "@/nowhere does not exist"],
  ["train --model vgg16 --data-dir @/empty", "@/empty is no dataset that is known: looked for a label table …"],
  [
    "train --model vgg16 --data-dir @/taken",
    "@/taken is a damaged archive: it has no directory that can be read at its end. …",
  ],
  ["train --model vgg16 --dataset nih", "--dataset nih needs a folder of films. Give it with --data-dir"],
  ["train --model vgg16 --dataset phantom --data-dir @/films", "the phantom reads no folder, and @/films is given. …"],
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

  // checkpoints and runs
  ["train --model vgg16 --ckpt-path @/nowhere", "cannot read @/nowhere: No such file or directory"],
  ["train --model vgg16 --ckpt-path @/taken", "@/taken is not a safetensors file: it is only 0 bytes long"],
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
  ].map(([name, fault]): readonly [string, string] => [
    `predict --ckpt-path @/${name}.safetensors @/films/images/0.png`,
    `@/${name}.safetensors${fault.startsWith(":") ? "" : " "}${fault}`,
  ]),
  [
    "train --test-only --ckpt-path @/elsewhere.safetensors",
    "@/elsewhere.safetensors: its Thorax metadata are damaged, or …: dataset.splitType: Invalid option: …",
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

  // weights of other libraries
  ["train --model vgg16 --weights @/nowhere", "cannot read @/nowhere: No such file or directory"],
  ["train --model vgg16 --weights @/text.npy", "@/text.npy is not a file of weights: safetensors, PyTorch's .pt and …"],
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
    '@/linear.safetensors has no weight of vgg16 under a known name: it begins with "head/kernel", and vgg16 …',
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
    "@/nan.pt is no checkpoint of Thorax and does not name its model. Type: deno task evaluate --model NAME --weights " +
    "@/nan.pt --data-dir @/films, where NAME is one of `deno task models`, or a file of your own",
  ],
  [
    "predict --ckpt-path @/nan.pt a.png",
    "@/nan.pt is no checkpoint of Thorax and does not name its model. Type: deno task predict --model NAME --ckpt-path …",
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
    "@/text.npy is not a file of weights: safetensors, PyTorch's .pt …",
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
    '@/nan.pt has no weight of three under a known name: it begins with "head.weight", and three with 1/kernel …',
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
  ["export --ckpt-path @/foreign.safetensors --format onnx --output @/a.onnx", "@/foreign.safetensors is a …"],
  ["export --ckpt-path @/call.pt --format tfjs --output @/a", "@/call.pt is not a safetensors file; it looks like a …"],

  // fine-tuning
  [
    "train --model resnet18 --freeze conv1,stem",
    "--freeze stem matches no parameter of resnet18. There are conv1, bn1, layer1, layer2, layer3, layer4, fc; one …",
  ],
  ["train --model resnet18 --freeze ,", '--freeze must be paths of parameters, such as stem,layer1/*, and is ","'],
  [
    "train --model vgg16 --freeze features --freeze classifier",
    "--freeze features,classifier leaves nothing of vgg16 …",
  ],
  [
    "train --model vgg16 --freeze features --head-only",
    "--head-only freezes all but the last layer. Leave --freeze out",
  ],
  [
    "train --model @/linear.ts --head-only",
    "--head-only: no part of linear before the one with its last layer has weights. Leave it out, or name …",
  ],
  [
    "train --model vgg16 --lr-for classifier.6=fast",
    "--lr-for must be PATTERN=RATE with a rate above 0, such as fc=1e-3, and is …",
  ],
  [
    "train --model vgg16 --lr-for fc=1e-3",
    "--lr-for fc matches no parameter of vgg16. There are features, classifier; …",
  ],
  ["train --model vgg16 --freeze features --lr-for features/0=1", "--lr-for features/0: nothing of it is trained"],
  ["train --resume @/stateless_run --head-only", "--head-only cannot change on resume: in …/config.json it is false"],

  // films and batches to predict
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
    "a .npy batch goes alone. Predict @/shape.npy …",
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
  ["predict --ckpt-path @/linear.safetensors @/shape.npy @/a.png", "a .npy batch goes alone. Predict @/shape.npy …"],

  // files of models
  ["train --model @/nowhere.ts", "--model @/nowhere.ts cannot be loaded: there is no such file"],
  [
    "train --model @/none.ts",
    "--model @/none.ts has no model as its default export. Export a spec, or a function of …",
  ],
  ["train --model @/throws.ts", "--model @/throws.ts: no such depth: 7 (throws.ts:2:9)"],
  ["train --model @/syntax.ts", "--model @/syntax.ts cannot be loaded: … (syntax.ts:1:22)"],
  [
    "train --model @/shape.ts --img-size 32",
    "@/shape.ts: dense: expected a vector [C] or tokens [T, C], got [32, 32, 1] from the input. …",
  ],
  ["train --model @/three.ts", "@/three.ts ends in [3], and the data has 15 labels. Export a function of …"],
  ["train --model @/typo.ts", '--model @/typo.ts: there is no layer of type "dens"; did you mean dense?'],
  ["summary --model @/three.ts --num-classes 5", "--num-classes 5: @/three.ts ends in [3]. Leave it out, or export …"],
  [
    "train --model @/own_dropout.ts --dropout 0.3",
    "--dropout 0.3: the dropout of @/own_dropout.ts has a rate of its own, 0.5. Let the exported function use …",
  ],
  [
    "train --model alexnet --head-only --dropout 0.7",
    "--dropout 0.7: all dropout of alexnet comes before what is trained, and rests. Leave it out",
  ],
  [
    "train --model @/three.ts --dropout 0.5",
    "--dropout needs a model that takes it, and @/three.ts exports a fixed spec. …",
  ],

  // the library
  ["train --model vgg16", "THORAX_LIBTENSORFLOW: libtensorflow_cc… not in …. Name the folder of both libraries, …"],
  ["train --model vgg16 --tensorflow-library @/films", "--tensorflow-library: libtensorflow_cc… not in @/films. …"],
];

/** The same, where only the engine, or the folder that is written to, can tell. */
const lateRows: typeof rows = [
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
];

async function checkRows(t: Deno.TestContext, rows: readonly (readonly [string, string])[], env = {}): Promise<void> {
  using folder = temporaryFolder();
  await badFiles(folder.path);
  const before = filesBelow(folder.path);
  const fill = (text: string) => text.replaceAll("@", folder.path);
  for (const [line, message] of rows) {
    await t.step(line, async () => {
      const [task, ...args] = line.split(" ").map(fill);
      const places = task === "train" ? ["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")] : [];
      const { status, stdout, lines } = await run(nameOf(task), [...places, ...args], env);
      const pattern = fill(`error: ${message}`).split("…")
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
      assertMatch(lines.join("\n"), new RegExp(`^${pattern}$`));
      assertEquals([status, stdout], [2, ""]);
      assertEquals(filesBelow(folder.path), before);
    });
  }
}

function nameOf(task: string): keyof typeof config.tasks {
  if (!Object.hasOwn(config.tasks, task)) throw new Error(`there is no task ${task}`);
  return task as keyof typeof config.tasks;
}

const processes = needs("run", "read", "write", "env");

Deno.test(
  "bad input: one line that says it, exit status 2, nothing written, no library opened",
  processes,
  async (t) => {
    using empty = temporaryFolder();
    await checkRows(t, rows, { THORAX_LIBTENSORFLOW: empty.path });
  },
);

Deno.test("bad input: what only the engine can tell", processes, async (t) => {
  await checkRows(t, lateRows);
});

Deno.test(
  "bad input: --device cuda without a GPU",
  { ...processes, ignore: processes.ignore || hasGpu() },
  async () => {
    const { status, lines } = await run("train", ["--model", "resnet18", "--device", "cuda"]);
    assertEquals([status, lines.length], [2, 1]);
    assertMatch(lines[0], /^error: --device cuda: .*--device cpu\.?$/);
  },
);

Deno.test("bad input: a command that there is not", processes, async () => {
  const args = ["run", "-q", "--no-prompt", "-P=models", "commands/main.ts", "trian"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [
    2,
    'error: there is no command "trian"; did you mean train?\n',
  ]);
});

function hasGpu(): boolean {
  try {
    return Deno.statSync("/proc/driver/nvidia").isDirectory;
  } catch {
    return false;
  }
}
