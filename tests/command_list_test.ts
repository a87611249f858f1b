import { assertEquals } from "@std/assert";
import { commands } from "../commands/list.ts";
import config from "../deno.json" with { type: "json" };

Deno.test("commands: each has a task and a permission set in deno.json, and no task runs another", () => {
  const tasks: Readonly<Record<string, { description: string; command: string }>> = config.tasks;
  const ours = Object.entries(tasks).filter(([, { command }]) => command.includes("commands/main.ts"));
  assertEquals(ours.map(([name]) => name).sort(), commands.map(({ name }) => name).sort());
  assertEquals(commands.filter(({ name }) => !Object.hasOwn(config.permissions, name)).map(({ name }) => name), []);
  for (const { name, summary } of commands) assertEquals(tasks[name].description, summary, name);
});
