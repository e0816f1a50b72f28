/** nginx configuration as lines; nested blocks are indented by whoever holds them. */
export type Lines = readonly string[];

export function block(head: string, ...body: readonly Lines[]): Lines {
  return [`${head} {`, ...body.flat().map((line) => (line === "" ? "" : `  ${line}`)), "}"];
}

/** A `map`: what `source` is turned into as the value of `variable`. */
export function map(source: string, variable: string, entries: Readonly<Record<string, string>>): Lines {
  return block(
    `map ${source} ${variable}`,
    Object.entries(entries).map(([from, to]) => `${from === "default" ? from : quoted(from)} ${quoted(to)};`),
  );
}

/** Variables stay variables; callers pass only text that their schema has matched. */
export function quoted(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

export function file(...parts: readonly Lines[]): string {
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
