import { printable } from "../errors.ts";

/** Quotes a name from a file that may come from anyone, shortened and made fit for one line of a terminal. */
export function quote(name: string): string {
  const text = name.length > 80 ? `${name.slice(0, 79)}…` : name;
  return printable(JSON.stringify(text));
}

/**
 * Shows a JSON value that should have been a known word or a short list. It does not show what is nested, which may be
 * very long.
 */
export function brief(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object" || value === null) return `${value}`;
  if (!Array.isArray(value) || value.some((item) => typeof item === "object" && item !== null)) return "nested JSON";
  const text = JSON.stringify(value.slice(0, 80));
  return text.length <= 80 && /^[-\d.,e+[\]]*$/.test(text) ? text : quote(text);
}
