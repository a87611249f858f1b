import { assert } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { defaultLimits } from "../dsl/limits.ts";
import { sizeOf } from "../dsl/shape.ts";
import { summary } from "../dsl/compile/summary.ts";
import { buildModel, registry } from "./registry.ts";

Deno.test("limits: every model compiles for images of 1024×1024, and asks for no more than half of any limit", () => {
  for (const [name, { family }] of Object.entries(registry)) {
    const side = family === "DINOv2" ? 1022 : 1024; // whole patches of 14×14
    const rows = summary(compile(buildModel(name, { numClasses: 15 }), { input: [side, side, 1] }));
    assert(Math.max(...rows.map(({ output }) => sizeOf(output))) <= defaultLimits.activation / 2, name);
    assert(Math.max(...rows.map(({ parameters }) => parameters)) <= defaultLimits.parameter / 2, name);
    const multiplyAdds = rows.reduce((sum, row) => sum + row.multiplyAdds, 0);
    assert(multiplyAdds <= defaultLimits.multiplyAdds / 2, `${name}: ${multiplyAdds}`);
  }
});
