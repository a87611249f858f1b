import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { buildModel, registry } from "../../models/registry.ts";
import { compile, type Model } from "../compile/compile.ts";
import { concat } from "../combinators/concat.ts";
import { conv } from "../layers/conv.ts";
import { create } from "../create.ts";
import { defineLayer } from "../define_layer.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { childNamed } from "../fields.ts";
import { globalPool } from "../layers/global_pool.ts";
import { identity, relu } from "../layers/activations.ts";
import type { AnySpec } from "../any_spec.ts";
import { pool } from "../layers/pool.ts";
import { repeat } from "../combinators/repeat.ts";
import { residual } from "../combinators/residual.ts";
import type { Spec } from "../spec.ts";
import { stack } from "../combinators/stack.ts";
import { addition, sum } from "../combinators/sum.ts";
import { leaves } from "../compile/tree.ts";
import { drawModel } from "./draw_model.ts";

const unit = (filters: number, kernel = 3) => stack([conv(filters, kernel, { padding: (kernel - 1) / 2 }), relu()]);
const draw = (spec: Spec, input = [32, 32, 1]) => drawModel(compile(spec, { input }), { title: "a model" });

const models: Readonly<Record<string, Model>> = {
  ...Object.fromEntries(
    Object.keys(registry).map((name) => {
      return [name, compile(buildModel(name, { numClasses: 15 }), { input: [224, 224, 1] })];
    }),
  ),
  branches: compile(
    stack([
      repeat(3, concat([unit(8, 1), unit(8), stack([unit(4), unit(8, 5)]), identity()])),
      sum([unit(8), stack([unit(8), residual(unit(8))]), unit(8, 1)]),
      residual(sum([identity(), identity()])),
      globalPool(),
    ]),
    { input: [32, 32, 1] },
  ),
  nothing: compile(stack([identity(), identity()]), { input: [2] }),
};

const decode = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The texts of elements of a kind. */
const textsOf = (svg: string, kind: string) =>
  [...svg.matchAll(/<text class="([^"]*)"[^>]*>([^<]*)</g)].filter(([, found]) => found === kind).map(([, , text]) =>
    decode(text)
  );

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const boxesOf = (svg: string, isWanted: (kind: string) => boolean): Box[] =>
  [...svg.matchAll(/<rect class="(\w+)" x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"/g)]
    .filter(([, kind]) => isWanted(kind))
    .map(([, , ...numbers]) => numbers.map(Number))
    .map(([left, top, width, height]) => ({ left, top, right: left + width, bottom: top + height }));

/** What is wrong with a document's tags, if anything is. */
function faultOf(xml: string): string | undefined {
  const open: string[] = [];
  for (
    const [token, end, name, attributes, empty] of xml.matchAll(/<(\/?)(\w+)((?:\s[\w:-]+="[^"<&]*")*)(\/?)>|[^<]+|</g)
  ) {
    if (!name) {
      if (token === "<" || /&(?!amp;|lt;|gt;)/.test(token)) return token;
    } else if (end) {
      if (open.pop() !== name || attributes) return token;
    } else if (!empty) open.push(name);
  }
  return open[0];
}

Deno.test("drawModel: of every model a well-formed document, the same each time", () => {
  for (const [title, model] of Object.entries(models)) {
    const svg = drawModel(model, { title });
    assertEquals([title, faultOf(svg)], [title, undefined]);
    assertEquals(svg, drawModel(model, { title }));
  }
});

Deno.test("drawModel: every layer is drawn once, alone or with its copies", () => {
  for (const [title, { tree, ...model }] of Object.entries(models)) {
    const svg = drawModel({ tree, ...model }, { title });
    const drawn = [...svg.matchAll(/<g><title>([^<]*)</g)].flatMap(([, paths]) => paths.split("\n"));
    const expected = leaves(tree).filter(({ type }) => type !== "identity").map(({ path }) => path);
    assertEquals(drawn.toSorted(), expected.toSorted());
  }
});

Deno.test("drawModel: layers, joins and badges lie apart, on the page", () => {
  for (const [title, model] of Object.entries(models)) {
    const svg = drawModel(model, { title });
    const [page] = boxesOf(svg, (kind) => kind === "sheet");
    const apart = boxesOf(svg, (kind) => !["sheet", "frame", "copies", "outline"].includes(kind));
    for (const [i, a] of apart.entries()) {
      assert(a.left > page.left && a.top > page.top && a.right < page.right && a.bottom < page.bottom, title);
      const meets = apart.slice(i + 1).some((b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
      );
      assert(!meets, `${title}: ${JSON.stringify(a)}`);
    }
  }
});

Deno.test("drawModel: copies are drawn once, with what differs as a range", () => {
  const svg = draw(stack([
    repeat(3, concat({ x: identity(), body: stack([conv(4, 3, { padding: 1 }), relu()]) })),
    ...[0.1, 0.2].flatMap((rate) => [conv(16, 1), dropout(rate)]),
  ]));
  assertEquals(textsOf(svg, "badge"), ["× 3", "× 2"]);
  assertEquals(textsOf(svg, ""), ["conv 3×3", "relu", "conv 1×1", "dropout 0.1 – 0.2"]);
  assertEquals(textsOf(svg, "end"), ["40–328", "224–272"]);
  assertEquals(textsOf(svg, "label"), ["32×32×1", "32×32×1–9", "32×32×4", "32×32×13", "32×32×13–16", "32×32×16"]);
  assertEquals(textsOf(svg, "note"), ["1.05 k parameters · 1.03 M multiply-adds · 32×32×1 → 32×32×16"]);
});

Deno.test("drawModel: what differs in more than channels and rates is no copy", () => {
  assertEquals(textsOf(draw(stack([unit(8), unit(4), unit(4, 5), pool(2), unit(4, 5)])), "badge"), []);
});

Deno.test("drawModel: ways meet in the sign of their combinator", () => {
  const svg = draw(stack([unit(8), residual(unit(8)), concat([unit(8), unit(8, 1)])]));
  assertEquals(textsOf(svg, "sign"), ["+", "concat"]);
  assertEquals(textsOf(svg, "label"), ["32×32×1", "32×32×8", "32×32×16"]);
});

/** A combinator that taps what its first part makes. */
interface Tap {
  readonly type: "testTap";
  readonly first: Spec;
  readonly second: Spec;
}

const tapCombinator = defineLayer<Tap>({
  type: "testTap",
  fields: { first: childNamed("first"), second: childNamed("second") },
  children: ({ first, second }) => [["first", first], ["second", second]],
  wire(_, input, { child, join }) {
    const tapped = child("first", input);
    return join(addition, [child("second", tapped), tapped]);
  },
});

Deno.test("drawModel: a combinator of one's own is drawn by its wiring", () => {
  const spec = create(tapCombinator, { first: dense(4), second: stack([dense(4), relu()]) }) as AnySpec as Spec;
  const svg = drawModel(compile(spec, { input: [2], layers: [tapCombinator] }), { title: "tap" });
  assertEquals(textsOf(svg, ""), ["dense", "dense", "relu"]);
  assertEquals(textsOf(svg, "sign"), ["testTap"]);
  assertEquals(textsOf(svg, "label"), ["2", "4", "4"]);
});

Deno.test("drawModel: names are text and nothing else", () => {
  const spec = stack({ "<b>&\u0000": stack([dense(2), relu()]) });
  const svg = drawModel(compile(spec, { input: [2] }), { title: '</svg> & "co"' });
  assertEquals(faultOf(svg), undefined);
  assertEquals(textsOf(svg, "title"), ['</svg> & "co"']);
  assertEquals(textsOf(svg, "section"), ["<b>&�"]);
  assertStringIncludes(svg, "<g><title>&lt;b&gt;&amp;�/0</title>");
});
