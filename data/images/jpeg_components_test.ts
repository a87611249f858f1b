import { assert, assertEquals, assertThrows } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { decodeJpeg } from "./jpeg.ts";
import { keepComponents } from "./jpeg_components.ts";
import { jpeg } from "./testing.ts";

/** YCCK as TurboJPEG writes it (simplejpeg 1.9, CMYK at 4:2:0): brightness and black have four blocks where colors have one. */
const ycck = [
  "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFB",
  "gSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU/8AAFAgADQAV",
  "BAEiAAIRAQMRAQQiAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQ",
  "cicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqS",
  "k5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/EAB8BAAMBAQEBAQEBAQEAAA",
  "AAAAABAgMEBQYHCAkKC//EALURAAIBAgQEAwQHBQQEAAECdwABAgMRBAUhMQYSQVEHYXETIjKBCBRCkaGxwQkjM1LwFWJy0QoWJDThJfEXGBka",
  "JicoKSo1Njc4OTpDREVGR0hJSlNUVVZXWFlaY2RlZmdoaWpzdHV2d3h5eoKDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxM",
  "XGx8jJytLT1NXW19jZ2uLj5OXm5+jp6vLz9PX29/j5+v/aAA4EAQACEQMRBAAAPwDylda/2qeut/7VcIuoSU9dQkr+qK2ZyP6B4i4jn72p+jep",
  "eJfvfPXKal4l+989c5qWrTfN/jXK6lq03zf413Y1r/aorhxqEh70V5bzOVz8KrcST9pI6a78S/vD89FeZXerTeYf8aK//9k=",
].join("");

/** What Pillow 13 makes of it: `convert("L")`. */
const gray = [
  "lpWUkZCQjo2MiomHh4WDgoB/f318l5WTkpKPjo2MiomHhoWEgoGAf318l5aUkpKQj42NiomHhoWDgoGAfn18mJaUkpGQjo2NiomIh4WDgoKAfn",
  "x8l5aUk5GQjo2Mi4mIh4WDgoF/fnx8mJaUkpKQjo6Mi4mIh4aEgoB/fn18mJaUk5KQjoyNioiHh4WDgoF/fnx6l5aUkpGQj42Mi4mHhoSDgoB+",
  "fHt7l5aUk5KPjo2MiomHhoWDgoB+fXt7lpWTkpGPjYyLiYeHhIOCgH9+e3p6mJSUkpGQjYyKiIeFhYOBf399e3p5l5WTkpGPjYuLioeGhYOBf3",
  "58e3l5lZSSkI+OjIuJh4aEgoF/fnx7eHd3",
].join("");

Deno.test("keepComponents: YCCK, each component sampled as it comes, is what Pillow makes of it", needs("read"), () => {
  const { width, height, pixels } = decodeJpeg(Uint8Array.fromBase64(ycck));
  assertEquals([width, height], [21, 13]);
  assertEquals([...pixels], [...Uint8Array.fromBase64(gray)]);
});

Deno.test("keepComponents: three components in another order are three grays that change places", needs("read"), () => {
  const file = jpeg("RGB kept"),
    [inOrder, turned] = [[0, 1, 2], [2, 0, 1]].map((kept) => keepComponents(file, kept, 0));
  assertEquals(decodeJpeg(inOrder), decodeJpeg(file));
  const back = keepComponents(turned, [1, 2, 0], 0);
  assertEquals([...back], [...inOrder]);
  assert(decodeJpeg(turned).pixels.some((value, i) => value !== decodeJpeg(file).pixels[i]));
});

Deno.test("keepComponents: damage is an error", () => {
  const file = jpeg("CMYK 4:2:0"), cut = Uint8Array.of(...file.subarray(0, -40), 0xff, 0xd9);
  for (const broken of [cut, file.slice(0, -2), file.slice(0, 200), file.slice(0, 2)]) {
    const error = assertThrows(() => keepComponents(broken, [0, 1, 2], 0), Error);
    assertEquals(error.message, "its image data are damaged");
  }
});
