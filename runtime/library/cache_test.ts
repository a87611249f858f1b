import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { cacheFolder } from "./cache.ts";

const folder = (os: string, variables: Record<string, string>) => cacheFolder(os, (name) => variables[name]);

Deno.test("cache: XDG's folder, or the operating system's own", () => {
  assertEquals(folder("linux", { HOME: "/home/a", XDG_CACHE_HOME: "/cache" }), "/cache/thorax");
  assertEquals(folder("darwin", { HOME: "/Users/a", XDG_CACHE_HOME: "/cache" }), "/cache/thorax");
  assertEquals(folder("linux", { HOME: "/home/a" }), "/home/a/.cache/thorax");
  assertEquals(folder("linux", { HOME: "/home/a", XDG_CACHE_HOME: "relative" }), "/home/a/.cache/thorax");
  assertEquals(folder("darwin", { HOME: "/Users/a" }), "/Users/a/Library/Caches/thorax");
});

Deno.test("cache: without a home the remedy is XDG_CACHE_HOME", () => {
  const error = assertThrows(() => folder("linux", {}), UserError, "Set XDG_CACHE_HOME");
  assertEquals(error.exitStatus, 1);
});
