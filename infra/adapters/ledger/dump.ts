import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson, type StoredEntry } from "../../ledger/chain.ts";
import { LedgerError } from "../../model/errors.ts";

/**
 * A ledger as text, for either store: JSON Lines, one header, one line an entry, and a closing line with the number of
 * entries and the sha256 of all lines before it, without which a file that was cut off would look whole.
 */
export interface Dump {
  readonly id: string;
  readonly createdAt: string;
  readonly entries: readonly StoredEntry[];
}

const format = "sluice-ledger";
const formatVersion = 1;

const headerSchema = z.object({
  format: z.literal(format),
  formatVersion: z.int(),
  ledger: z.string().min(1),
  createdAt: z.string(),
});
const entrySchema = z.strictObject({
  stream: z.string(),
  sequence: z.int(),
  at: z.string(),
  by: z.string(),
  version: z.int(),
  event: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
});
const closingSchema = z.strictObject({ entries: z.int(), sha256: z.string() });

export function writeDump({ id, createdAt, entries }: Dump): string {
  const lines = [
    canonicalJson({ format, formatVersion, ledger: id, createdAt }),
    ...entries.map((entry) => canonicalJson({ ...entry, event: JSON.parse(entry.event) as unknown })),
  ];
  const body = lines.map((line) => `${line}\n`).join("");
  return `${body}${canonicalJson({ entries: entries.length, sha256: sha256(body) })}\n`;
}

/** @throws LedgerError when the text is cut off, changed, or no backup that this program can read */
export function readDump(text: string): Dump {
  const lines = text.split("\n");
  if (lines.length < 3 || lines.pop() !== "") throw torn("its last line is not whole");
  const closing = parse(closingSchema, lines.pop() ?? "", "its closing line is missing");
  const body = lines.map((line) => `${line}\n`).join("");
  if (closing.sha256 !== sha256(body)) throw torn("its content does not have the hash that its closing line names");
  const header = parse(headerSchema, lines.shift() ?? "", "its first line is no header of a Sluice ledger");
  if (header.formatVersion > formatVersion) throw torn("it was written by a newer Sluice: use that one");
  if (closing.entries !== lines.length) throw torn("the number of its entries is not the one in its closing line");
  const entries = lines.map((line, index) => {
    const entry = parse(entrySchema, line, `line ${String(index + 2)} is no entry`);
    return { ...entry, event: canonicalJson(entry.event) };
  });
  return { id: header.ledger, createdAt: header.createdAt, entries };
}

function parse<T>(schema: z.ZodType<T>, line: string, otherwise: string): T {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw torn(otherwise);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw torn(otherwise);
  return parsed.data;
}

function torn(why: string): LedgerError {
  return new LedgerError(`The backup can't be used: ${why}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
