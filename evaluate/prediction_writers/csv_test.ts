import { assertEquals } from "@std/assert";
import { sigmoid } from "../sigmoid.ts";
import { csvWriter } from "./csv.ts";
import { written } from "./testing.ts";

Deno.test("csvWriter: a row a film, as it comes, below the names of the columns", async () => {
  const [a, b] = [Math.fround(Math.log(3)), Math.fround(Math.log(9))];
  assertEquals(
    await written(csvWriter),
    'input,"p_Mass, left","logit_Mass, left",p_No Finding,logit_No Finding\n' +
      `a.png,0.5,0,${sigmoid(a)},1.0986123\n"b ""c"".png",${sigmoid(-b)},-2.1972246,${sigmoid(b)},2.1972246\n|`,
  );
});

Deno.test("csvWriter: of no film nothing", async () => {
  assertEquals(await written(csvWriter, { films: [] }), "|");
});
