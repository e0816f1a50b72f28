import { request } from "undici";
import { messageOf, UnknownError } from "../../model/errors.ts";

/** An answer with more than this isn't read to its end: no question of ours has one. */
const maxBody = 16_000_000;

export interface JsonQuestion {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly status: number;
  /** `undefined` when the body isn't JSON. */
  readonly document: unknown;
  /** Its beginning, for a message. */
  readonly text: string;
}

/**
 * Asks an HTTP API.
 * @throws UnknownError when it can't be reached, or doesn't answer in time.
 */
export async function askJson({ method, url, headers, body, timeoutMs }: JsonQuestion): Promise<JsonAnswer> {
  try {
    const answer = await request(url, {
      method,
      headers: { accept: "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readText(answer.body);
    return { status: answer.statusCode, document: parseJson(text), text: text.slice(0, 200).trim() };
  } catch (error) {
    if (error instanceof UnknownError) throw error;
    const late = error instanceof Error && error.name === "TimeoutError";
    throw new UnknownError(late ? `no answer within ${timeoutMs} ms` : reasonOf(error), { cause: error });
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBody) throw new UnknownError(`its answer is longer than ${maxBody} bytes`);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Node names several failures, one for each address, without a message of their own. */
function reasonOf(error: unknown): string {
  const causes = error instanceof AggregateError ? error.errors.map(messageOf) : [messageOf(error)];
  return [...new Set(causes)].join("; ");
}
