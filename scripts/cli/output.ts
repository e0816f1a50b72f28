import { styleText } from "node:util";
import type { Tell } from "../../infra/driver/ports.ts";

/** Where a command says things: progress on stderr, its one result on stdout. */
export interface Output {
  readonly json: boolean;
  readonly tell: Tell;
  /** The command's result: one JSON document with `--json`, else the text. */
  result(document: object, text: string): void;
}

const marks = {
  step: ["cyan", "→"],
  good: ["green", "✓"],
  bad: ["red", "✗"],
  note: ["yellow", "·"],
} as const;

export function output(json: boolean): Output {
  const started = Date.now();
  return {
    json,
    tell: (kind, text) => {
      const [colour, mark] = marks[kind];
      const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
      const styled = styleText(colour, mark, { stream: process.stderr });
      process.stderr.write(`${seconds}s ${styled} ${text}\n`);
    },
    result: (document, text) => {
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : text === "" ? "" : `${text}\n`);
    },
  };
}
