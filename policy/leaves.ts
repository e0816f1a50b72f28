import { unknownPath } from "./unknown.ts";

/** A text somewhere in a resource's inputs, or a place whose value isn't known yet. */
export type Leaf =
  | { readonly kind: "text"; readonly path: string; readonly key: string; readonly text: string }
  | { readonly kind: "unknown"; readonly path: string };

/** Every text in a value, with its path. */
export function* leaves(value: unknown, path = "", key = ""): Generator<Leaf> {
  if (typeof value === "string") yield { kind: "text", path, key, text: value };
  if (typeof value !== "object" || value === null) return;
  // Pulumi's own: what providers note for themselves.
  const names = Object.keys(value).filter((name) => !name.startsWith("__"));
  for (const name of names) {
    const below = path === "" ? name : `${path}.${name}`;
    try {
      const inner = (value as Record<string, unknown>)[name];
      yield* leaves(inner, below, Array.isArray(value) ? key : name);
    } catch (error) {
      if (unknownPath(error) === undefined) throw error;
      yield { kind: "unknown", path: below };
    }
  }
}
