import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { decodingQueue } from "./decoding_queue.ts";

/** Decodes to the film's own number; films from 100 on are damaged, and 500 is a fault of the program. */
function decoder() {
  const asked: number[] = [];
  const decode = (film: number) => {
    asked.push(film);
    if (film === 500) return Promise.reject(new TypeError("no such film"));
    return film < 100 ? Promise.resolve(Uint8Array.of(film)) : Promise.reject(new UserError(`${film} is damaged`));
  };
  return { asked, decode };
}

Deno.test("decodingQueue: only what is started is decoded, and one more for each that is passed over", async () => {
  const { asked, decode } = decoder(), passed: string[] = [];
  const queue = decodingQueue([1, 100, 101, 2, 3, 102], decode, (_, { message }) => passed.push(message));
  assertEquals([await queue.next(), asked], [undefined, []]);
  queue.start(2);
  assertEquals([(await queue.next())?.film, asked, passed], [1, [1, 100], []]);
  assertEquals([(await queue.next())?.pixels, asked], [Uint8Array.of(2), [1, 100, 101, 2]]);
  assertEquals([passed, queue.allStarted()], [["100 is damaged", "101 is damaged"], false]);
  queue.start(9);
  assertEquals([(await queue.next())?.film, await queue.next(), queue.allStarted()], [3, undefined, true]);
  assertEquals(passed, ["100 is damaged", "101 is damaged", "102 is damaged"]);
});

Deno.test("decodingQueue: a fault of the program, and what passOver throws, are no films to pass over", async () => {
  const { decode } = decoder();
  const queue = decodingQueue([500, 100, 1], decode, (_, error) => {
    throw error;
  });
  queue.start(3);
  await assertRejects(() => queue.next(), TypeError, "no such film");
  await assertRejects(() => queue.next(), UserError, "100 is damaged");
});
