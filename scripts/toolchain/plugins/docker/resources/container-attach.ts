import { buffer } from "node:stream/consumers";
import type { Container } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt } from "../engine/errors.ts";
import { flag } from "../../bridge/get.ts";

/** Waits for a container that runs to its end, and gives its output where that is wanted. */
export async function attachToEnd(
  made: Container,
  planned: JsonObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const logs = flag(planned, "logs") ? followLogs(made, flag(planned, "tty")) : undefined;
  await attempt("Unable to wait container end of execution", () =>
    made.wait({ condition: "not-running", abortSignal: signal }),
  );
  return logs;
}

async function followLogs(made: Container, tty: boolean): Promise<string> {
  const stream = await attempt("unable to read container logs", () =>
    made.logs({ stdout: true, stderr: true, follow: true }),
  );
  const bytes = await buffer(stream);
  return tty ? bytes.toString() : demultiplex(bytes);
}

const HEADER_BYTES = 8;
const LENGTH_AT = 4;

/** Docker's frames of standard output and standard error, joined as they came. */
export function demultiplex(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const end = at + HEADER_BYTES + bytes.readUInt32BE(at + LENGTH_AT);
    parts.push(bytes.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return Buffer.concat(parts).toString();
}
