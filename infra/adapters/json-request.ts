import { request } from "undici";
import { isLate, readText } from "./http.ts";
import { messageOf, UnknownError } from "../model/errors.ts";
import { parseJson } from "../model/json.ts";

/** An answer with more than this isn't read to its end: no question of ours has one. */
const maxBody = 16_000_000;

export interface JsonQuestion {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** `undefined` when the body isn't JSON. */
  readonly document: unknown;
  /** Its beginning, for a message. */
  readonly text: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Asks an HTTP API.
 * @throws UnknownError when it can't be reached, or doesn't answer in time.
 */
export async function askJson({ method, url, headers, body, timeoutMs, signal }: JsonQuestion): Promise<JsonAnswer> {
  try {
    const answer = await request(url, {
      method,
      headers: { accept: "application/json", ...headers },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    });
    const { text, isWhole } = await readText(answer.body, maxBody);
    if (!isWhole) throw new UnknownError(`its answer is longer than ${maxBody} bytes`);
    const { statusCode: status, headers: answered } = answer;
    return { status, document: parseJson(text), text: text.slice(0, 200).trim(), headers: answered };
  } catch (error) {
    if (error instanceof UnknownError) throw error;
    throw new UnknownError(isLate(error) ? `no answer within ${timeoutMs} ms` : reasonOf(error), { cause: error });
  }
}

/** Node names several failures, one for each address, without a message of their own. */
function reasonOf(error: unknown): string {
  const causes = error instanceof AggregateError ? error.errors.map(messageOf) : [messageOf(error)];
  return [...new Set(causes)].join("; ");
}
