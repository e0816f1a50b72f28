import type { Notice } from "../../model/notice.ts";

/** A text with at most so many characters; what is cut off ends in an ellipsis. `encode` must not make it shorter. */
export function fit(text: string, most: number, encode: (text: string) => string = (same) => same): string {
  const whole = encode(text);
  if (whole.length <= most) return whole;
  let kept = "";
  for (const character of text) {
    const next = kept + encode(character);
    if (next.length > most - 1) break;
    kept = next;
  }
  return `${kept}…`;
}

/** Reason, figures and what to do, as a plain text. */
export function bodyOf({ reason, facts, next }: Notice): string {
  return [
    ...(reason === null ? [] : [`Why: ${reason}`]),
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...(next.length === 0 ? [] : ["What to do:", ...next]),
  ].join("\n");
}
