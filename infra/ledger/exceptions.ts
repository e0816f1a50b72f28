import type { Exception } from "../model/exception.ts";
import { canonicalJson } from "./chain.ts";
import type { Entry } from "./event.ts";

/** An exception with who first acted under it, and when. */
export interface Recorded extends Exception {
  readonly at: string;
  readonly by: string;
}

/** Every exception that an environment's own stream knows, oldest first. */
export function recordedExceptions(entries: readonly Entry[]): readonly Recorded[] {
  return entries.flatMap(({ event, at, by }) => {
    if (event.kind !== "excepted") return [];
    const { rule, resource, reason, approver, granted, expires } = event;
    return [{ rule, resource, reason, approver, granted, expires, at, by }];
  });
}

/** Those that the stream doesn't know in just this form: another expiry, reason or approver is another exception. */
export function unrecorded(entries: readonly Entry[], exceptions: readonly Exception[]): readonly Exception[] {
  const known = new Set(recordedExceptions(entries).map(keyOf));
  return exceptions.filter((exception) => {
    const key = keyOf(exception);
    return !known.has(key) && known.add(key);
  });
}

function keyOf({ rule, resource, reason, approver, granted, expires }: Exception): string {
  return canonicalJson({ rule, resource, reason, approver, granted, expires });
}
