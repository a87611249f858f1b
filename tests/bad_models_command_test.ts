import { testBadInput } from "./bad_input.ts";

testBadInput("model files", [
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
]);
