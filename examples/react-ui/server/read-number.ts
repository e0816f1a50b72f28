export interface NumberRange {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** The number in a variable, or the fallback when it is unset or empty; adds a line to `problems` when it is wrong. */
export function readNumber(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  { fallback, min, max }: NumberRange,
  problems: string[],
): number {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (value >= min && value <= max) return value;
  problems.push(`${name}: expected a number from ${min} to ${max}, got "${text}"`);
  return fallback;
}
