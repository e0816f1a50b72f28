/** Shorter values stand in ordinary text by chance. */
export const shortestSecret = 6;

/** A line of a secret with several that still tells something. */
const shortestLine = 16;

const mask = "[secret]";

/** Takes the values of secrets out of texts, also where they are written as in an address, in JSON or in base64. */
export function redactor(values: readonly string[]): (text: string) => string {
  const known = values.map((value) => value.trim()).filter(({ length }) => length >= shortestSecret);
  const lines = known.flatMap((value) => value.split(/\r?\n/)).filter(({ length }) => length >= shortestLine);
  const forms = new Set([...known, ...lines].flatMap(formsOf));
  // The longest first: one secret may be the beginning of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, mask), text);
}

function formsOf(value: string): readonly string[] {
  const wellFormed = value.toWellFormed();
  return [value, encodeURIComponent(wellFormed), JSON.stringify(value).slice(1, -1), ...base64Of(wellFormed)];
}

/** With and without what fills it up, in both alphabets. */
function base64Of(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("base64").replace(/=+$/, "")];
}

/** All texts in plain data, put through `change`. */
export function mapTexts<T>(data: T, change: (text: string) => string): T {
  const inner = (value: unknown): unknown => {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return value.map(inner);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]));
  };
  return inner(data) as T;
}
