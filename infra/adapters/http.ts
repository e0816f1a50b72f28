import { request } from "undici";
import { messageOf } from "../model/errors.ts";
import type { Answer } from "../model/answer.ts";

/** Bodies are judged, not stored: more than this isn't read. */
const maxBody = 1_000_000;

export type Asked = Answer & { readonly headers: Readonly<Record<string, string | string[] | undefined>> };

/** One GET on a connection of its own, so that it leaves none open to the slot. Never throws: a failure is an answer. */
export async function ask(url: string, timeoutMs: number, headers: Record<string, string> = {}): Promise<Asked> {
  const before = performance.now();
  try {
    const answer = await request(url, { headers, reset: true, signal: AbortSignal.timeout(timeoutMs) });
    const { text: body } = await readText(answer.body, maxBody);
    const milliseconds = performance.now() - before;
    return { kind: "answered", status: answer.statusCode, body, milliseconds, headers: answer.headers };
  } catch (error) {
    return {
      kind: "failed",
      reason: isLate(error) ? `no answer within ${timeoutMs} ms` : messageOf(error),
      headers: {},
    };
  }
}

/** Whether a request failed because its time was over. */
export function isLate(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** A body, or what came of it until it was longer than so many bytes. */
export async function readText(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { text: Buffer.concat(chunks).toString(), isWhole: size <= maxBytes };
}
