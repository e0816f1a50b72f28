import { appendFile, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { SpoolPort } from "../driver/ports.ts";
import { eventSchema } from "../ledger/event.ts";

const line = z.object({ event: eventSchema, by: z.string(), at: z.iso.datetime() });

/** Keeps events as JSON lines below a folder of this machine, one file a stream, until the ledger answers again. */
export function fileSpool(folder: string): SpoolPort {
  const fileOf = (stream: string) => join(folder, `${stream.replaceAll("/", ".")}.jsonl`);
  return {
    async add(stream, event, by, at) {
      const file = fileOf(stream);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await appendFile(file, `${JSON.stringify({ event, by, at })}\n`, { mode: 0o600 });
      const handle = await open(file);
      await handle.sync().finally(() => handle.close());
    },
    async read(stream) {
      const text = await readFile(fileOf(stream), "utf8").catch(absent);
      return text
        .split("\n")
        .filter((row) => row !== "")
        .map((row) => line.parse(JSON.parse(row)));
    },
    async clear(stream) {
      await rm(fileOf(stream), { force: true });
    },
  };
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
