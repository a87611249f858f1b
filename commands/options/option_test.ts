import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { checkOptions, flagOf, type Option } from "./option.ts";
import { trainOptions } from "./train_options.ts";

const refused = (values: Record<string, unknown>, message: string, source?: string) =>
  assertEquals(assertThrows(() => checkOptions(trainOptions, values, source), UserError).message, message);

Deno.test("train options: the defaults are the document's", () => {
  const { splitType, imgSize, epochs, batchSize, lr, weightDecay, seed, splitSeed, device, saveEvery, ...rest } =
    checkOptions(trainOptions, {});
  assertEquals(
    { splitType, imgSize, epochs, batchSize, lr, weightDecay, seed, splitSeed, device, saveEvery },
    {
      splitType: "balanced",
      imgSize: 224,
      epochs: 50,
      batchSize: 32,
      lr: 5e-5,
      weightDecay: 1e-4,
      seed: 42,
      splitSeed: 42,
      device: "auto",
      saveEvery: 10,
    } as const,
  );
  assertEquals([rest.ckptDir, rest.logDir, rest.shuffle, rest.testOnly], ["checkpoints", "logs", true, false]);
  assertEquals([rest.model, rest.dropout, rest.maxSteps, rest.resume], [undefined, undefined, undefined, undefined]);
});

Deno.test("checkOptions: a value that does not fit names its flag, what it takes, and what came", () => {
  refused({ lr: 0 }, "--lr must be a number above 0, and is 0");
  refused({ epochs: 1.5 }, "--epochs must be an integer of at least 1, and is 1.5");
  refused({ seed: -1 }, "--seed must be an integer of at least 0, and is -1");
  const limit = "at most 9007199254740991 (2^53 − 1), and is 99999999999999999999";
  for (const [name, least] of [["seed", 0], ["splitSeed", 0], ["epochs", 1], ["imgSize", 32]] as const) {
    const flag = `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
    refused({ [name]: "99999999999999999999" }, `${flag} must be an integer of at least ${least}, ${limit}`);
  }
  refused(
    { seed: 2 ** 53 },
    "--seed must be an integer of at least 0, at most 9007199254740991 (2^53 − 1), and is 9007199254740992",
  );
  assertEquals(checkOptions(trainOptions, { seed: 2 ** 53 - 1 }).seed, 2 ** 53 - 1);
  refused({ dropout: 1 }, "--dropout must be a number from 0, below 1, and is 1");
  refused({ weightDecay: "much" }, '--weight-decay must be a number of at least 0, and is "much"');
  refused({ imgSize: 16 }, "--img-size must be an integer of at least 32, and is 16");
  refused({ model: "" }, '--model must be a name, and is ""');
  refused({ shuffle: 1 }, "--no-shuffle must be a switch, and is 1");
  refused({ freeze: " ," }, '--freeze must be paths of parameters, such as stem,layer1/*, and is " ,"');
  for (const lrFor of ["fc", "fc=", "=1", "fc=0", "fc=fast", "fc=1=2", "stem=1,fc"]) {
    refused({ lrFor }, `--lr-for must be PATTERN=RATE with a rate above 0, such as fc=1e-3, and is "${lrFor}"`);
  }
});

Deno.test("checkOptions: a misspelt choice is answered by the nearest, a strange one by the list", () => {
  const list = "--split-type must be one of balanced, rare-first, original, binary";
  refused({ splitType: "rarefirst" }, `${list}, and is "rarefirst"; did you mean rare-first?`);
  refused({ splitType: "xyz" }, `${list}, and is "xyz"`);
  refused({ device: "gpu" }, `--device must be one of auto, cpu, cuda, and is "gpu"`);
});

Deno.test("checkOptions: in a file the file is named, and a name that is no option is refused", () => {
  refused({ learningRate: 1 }, "run/config.json: learningRate is no option", "run/config.json");
  refused({ lr: "1" }, 'run/config.json: --lr must be a number above 0, and is "1"', "run/config.json");
  refused({ constructor: 1 }, "constructor is no option");
});

Deno.test("flagOf: dashes for capitals; a switch that is on by default is turned off", () => {
  assertEquals(["splitType", "limitTrainBatches", "lr"].map((name) => flagOf(name, trainOptions.lr)), [
    "--split-type",
    "--limit-train-batches",
    "--lr",
  ]);
  assertEquals(flagOf("shuffle", trainOptions.shuffle), "--no-shuffle");
});

Deno.test("train options: what a run is made of may not change on resume; where and how long it goes on may", () => {
  const may = Object.entries(trainOptions).filter(([, option]: [string, Option]) => option.mayChange).map(([name]) =>
    name
  );
  assertEquals(may, [
    "dataDir",
    "onBadImage",
    "epochs",
    "device",
    "index",
    "tensorflowLibrary",
    "exactConvolution",
    "xla",
    "remat",
    "ckptDir",
    "saveEvery",
    "keepState",
    "logDir",
    "ckptPath",
    "weights",
    "names",
    "weightsKey",
    "strict",
    "resume",
    "testOnly",
    "report",
    "maxSteps",
    "limitTrainBatches",
    "limitValBatches",
  ]);
});
