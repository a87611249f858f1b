import { assertEquals } from "@std/assert";
import { decideStop } from "./early_stops.ts";
import { earlyStop } from "./patience.ts";

/** Why training stops at a learning rate, one epoch after its best. */
const stopAt = (learningRate: number, initialLearningRate: number, greatestMultiple = 1) =>
  decideStop(earlyStop(), {
    epoch: 5,
    best: { epoch: 4, loss: 1 },
    learningRate,
    initialLearningRate,
    greatestMultiple,
  });
const endings = (...stops: ReturnType<typeof stopAt>[]) => stops.map((stop) => stop?.ending);

Deno.test("earlyStop: only at rates that the schedule has lowered, and only once all are below 1e-6", () => {
  assertEquals(endings(stopAt(5e-7, 5e-7), stopAt(2.5e-7, 5e-7)), [undefined, "learning rate"]);
  assertEquals(endings(stopAt(1e-6, 2e-6), stopAt(0.999e-6, 1.998e-6)), [undefined, "learning rate"]);
  assertEquals(endings(stopAt(5e-7, 1e-6, 2), stopAt(5e-7, 1e-6, 1.99)), [undefined, "learning rate"]);
  assertEquals(stopAt(1e-9, 1)?.reason, "The learning rate fell below 0.000001");
});

Deno.test("earlyStop: at the last of its epochs without improvement, and not before", () => {
  const after = (epochs: number, stop = earlyStop()) =>
    decideStop(stop, {
      epoch: 3 + epochs,
      best: { epoch: 3, loss: 1 },
      learningRate: 1,
      initialLearningRate: 1,
      greatestMultiple: 1,
    });
  assertEquals(endings(after(9), after(10)), [undefined, "no improvement"]);
  const two = earlyStop({ patience: 2 });
  assertEquals([after(1, two), after(2, two)?.reason], [undefined, "The validation loss has not improved in 2 epochs"]);
});
