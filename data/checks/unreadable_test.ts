import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { skipUnreadable, UnreadableFilmsError, withoutFilms } from "./unreadable.ts";

const films = Array.from({ length: 1000 }, (_, i) => ({ image: `${i}.png`, patient: `${i}`, labels: [] }));

// the first one is passed over however few there are; then more than 1 % is too many
for (const [total, tolerated] of [[1, 1], [40, 1], [199, 1], [200, 2], [299, 2], [1000, 10]]) {
  Deno.test(`skipUnreadable: of ${total} films ${tolerated} may be unreadable`, () => {
    const lines: string[] = [];
    const told = skipUnreadable({ films }, { total, log: (line) => lines.push(line) });
    for (let film = 0; film < tolerated; film++) told(film, "truncated");
    const error = assertThrows(() => told(tolerated, "empty"), UnreadableFilmsError);
    assertEquals(
      [error.message, error.exitStatus],
      [
        `${
          tolerated + 1
        } of ${total} films cannot be decoded, which is more than 1 %. Restore them, or move them away and give --on-bad-image skip`,
        1,
      ],
    );
    assertEquals([lines.length, lines[0]], [tolerated + 1, "0.png is left out: truncated"]);
    assertEquals(lines.at(-1), `${tolerated}.png is left out: empty`);
  });
}

Deno.test("withoutFilms: what is left of each part; nothing left of one is refused", () => {
  const split = { train: [0, 1, 2], val: [3], test: [4, 5] };
  const without = (...films: number[]) => withoutFilms(split, new Map(films.map((film) => [film, "empty"])));
  assertEquals(without(), split);
  assertEquals(without(1, 5), { train: [0, 2], val: [3], test: [4] });
  assertThrows(() => without(3), UserError, "none of the 1 films of the val split can be read. Restore them");
});
