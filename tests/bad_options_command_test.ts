import { assertEquals, assertMatch } from "@std/assert";
import { testBadInput } from "./bad_input.ts";
import { root, run } from "./command.ts";
import { needs } from "./needs.ts";

const processes = needs("run", "read", "write", "env");

testBadInput("options", [
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
    "balanced draws its order at random and cannot keep file order. Give --no-shuffle …",
  ],
  ["train --test-only", "--test-only needs --ckpt-path FILE"],
  [
    "train --test-only --weights @/nan.pt --model resnet18",
    "--test-only needs --ckpt-path FILE. It takes every file that --weights does. Type: deno task train … --test-only " +
    "--ckpt-path @/nan.pt --model resnet18",
  ],
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
  ["predict --ckpt-path x a.png --json --csv", "--json and --csv exclude each other. Leave one of them out"],
  ["predict --ckpt-path @/linear.safetensors", "predict needs films. Name images, or a batch with --input FILE.npy"],
  ["summary", "summary needs --model NAME|FILE.ts"],
  ["summary --model vgg16 --json --svg", "--json and --svg exclude each other. Leave one of them out"],
  ["summary --model alexnet --img-size 32", "alexnet: features/12 (pool): expected an image no smaller than …"],
  ["train --model alexnet --img-size 32", "alexnet: features/12 (pool): expected an image no smaller than …"],
  [
    "train --model vit_pt --img-size 250",
    "vit_pt: patch_embed (patchEmbedding): expected an image of whole patches of 16×16, got [250, 250, 1] from the input. " +
    "Give it sides of 240 or 256.",
  ],
  ["train --model alexnet --dropout 1", "--dropout must be a number from 0, below 1, and is 1"],
  ["models --all", "unknown option --all; see deno task models --help"],
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
  ["train --model vgg16", "THORAX_LIBTENSORFLOW: libtensorflow_cc… not in …. Name the folder of both libraries, …"],
  ["train --model vgg16 --tensorflow-library @/films", "--tensorflow-library: libtensorflow_cc… not in @/films. …"],
]);

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
