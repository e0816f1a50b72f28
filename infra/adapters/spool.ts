import { type FileHandle, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Spooled, SpoolPort } from "../driver/ports.ts";
import { eventSchema } from "../ledger/event.ts";

const line = z.object({
  event: eventSchema,
  by: z.string(),
  at: z.iso.datetime(),
  after: z.int().min(0),
  doubtful: z.boolean(),
});

/** Keeps events as JSON lines below a folder of this machine, one file a stream, until the ledger answers again. */
export function fileSpool(folder: string): SpoolPort {
  const fileOf = (stream: string) => join(folder, `${stream.replaceAll("/", ".")}.jsonl`);
  return {
    async add(stream, spooled) {
      const file = fileOf(stream);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, "a+", 0o600);
      try {
        // A line cut short by a crash or a full disk must not swallow the next one.
        const start = (await endsInLine(handle)) ? "" : "\n";
        await handle.appendFile(`${start}${JSON.stringify(spooled)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
    async read(stream) {
      const text = await readFile(fileOf(stream), "utf8").catch(absent);
      return text.split("\n").flatMap((row) => (row === "" ? [] : parsed(row)));
    },
    async clear(stream) {
      await rm(fileOf(stream), { force: true });
    },
  };
}

/** A line that was cut short was never promised to anybody: `add` had not returned. */
function parsed(row: string): readonly Spooled[] {
  let json: unknown;
  try {
    json = JSON.parse(row);
  } catch {
    return [];
  }
  return [line.parse(json)];
}

async function endsInLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === "\n";
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
