import { parseDuration } from "../duration.ts";

type Problem = (value: string) => string | undefined;

/** The official provider's own checks, in its words. */

export const matches =
  (pattern: RegExp): Problem =>
  (value) =>
    pattern.test(value) ? undefined : `'${value}' doesn't match the pattern '${pattern.source}'`;

export const atLeast =
  (lowest: number): Problem =>
  (value) =>
    Number(value) >= lowest ? undefined : `'${value}' cannot be lower than ${lowest}`;

export const duration: Problem = (value) => {
  const nanoseconds = parseDuration(value);
  if (nanoseconds === undefined) return `'${value}' is not a valid duration`;
  return nanoseconds < 0 ? `'${value}' duration must not be negative` : undefined;
};

export const absolutePath: Problem = (value) =>
  /^[a-zA-Z]:[\\/]|^\//.test(value) ? undefined : `'${value}' must be an absolute path`;

export const base64: Problem = (value) =>
  Buffer.from(value, "base64").toString("base64") === value ? undefined : `'${value}' is not base64 decodeable`;
