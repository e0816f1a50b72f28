import type { Path } from "./path.ts";

/** Keys below which people put secrets by mistake; their values are never shown, whatever they look like. */
const guarded =
  /pass|secret|token|credential|^(url|user|username|privateKey|key|environment|labels|command|entrypoint)$/i;

/**
 * Describes a value that should have been another, for a message that may end up in a CI log: numbers and short, plain
 * words are shown, anything that may be a secret is only described.
 */
export function found(value: unknown, path: Path): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (path.some((part) => typeof part === "string" && guarded.test(part))) return `${kindOf(value)} (not shown)`;
  if (typeof value === "string") return isPlain(value) ? JSON.stringify(value) : "another text (not shown)";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "another value";
}

/** What kind of value this is, without its content. */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "object" || value === undefined) return found(value, []);
  return typeof value === "boolean" ? "true or false" : "a number";
}

/** Short, and neither an address with a login in it nor the mix of letters and digits that tokens are made of. */
function isPlain(text: string): boolean {
  if (text.length > 60 || text.includes("@")) return false;
  return !text
    .split(/[^A-Za-z0-9+_=]+/)
    .some((word) => word.length >= 16 && /[0-9]/.test(word) && /[A-Za-z]/.test(word));
}
