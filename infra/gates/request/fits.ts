import type { Asked } from "../signed/approval.ts";
import { cell, rowNames } from "./text.ts";

/**
 * What of all that is asked, and by whom, an issue's own text doesn't name where it belongs: that the issue is about just
 * this doesn't rest on anybody's word. Empty when nothing is missing.
 */
export function misfitsOf(body: string, asked: Asked, by: string): readonly string[] {
  const cells = cellsOf(body);
  const image = /^`[^`@\s]+@(sha256:[0-9a-f]{64})`$/.exec(cells.get(rowNames.digest) ?? "");
  // The address of the run stands behind it, if there is one.
  const requester = cells.get(rowNames.by)?.replace(/ \(\[run\]\([^()]*\)\)$/, "");
  const fits = {
    environment: cells.get(rowNames.environment) === cell(asked.environment),
    service: cells.get(rowNames.service) === cell(asked.service),
    image: image?.[1] === asked.digest,
    revision: cells.get(rowNames.revision) === cell(asked.revision),
    plan: cells.get(rowNames.plan) === cell(asked.plan),
    requester: requester === cell(by),
  };
  return Object.entries(fits).flatMap(([what, isSame]) => (isSame ? [] : [what]));
}

/** The rows of the table below the first sentence, by their names. A name that comes twice names nothing. */
function cellsOf(body: string): ReadonlyMap<string, string | null> {
  const cells = new Map<string, string | null>();
  const [, table = ""] = body.replaceAll(/\r\n?/g, "\n").trim().split("\n\n");
  for (const line of table.split("\n")) {
    const [, name = "", value = ""] = /^\| ([^|]+) \| (.+) \|$/.exec(line) ?? [];
    if (name !== "") cells.set(name, cells.has(name) ? null : value);
  }
  return cells;
}
