/** A whole number with commas: 12,345. */
export function whole(n: number): string {
  return n.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `12 of 1,200 (1.00 %)` */
export function part(bad: number, all: number): string {
  return all === 0 ? "0 of 0" : `${whole(bad)} of ${whole(all)} (${percent(bad / all)})`;
}

export function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}

/** Evidence as a bettor would say it: `340 to 1`; beyond a million only that. */
export function evidence(log: number): string {
  if (log === -Infinity) return "none";
  if (log > Math.log(1e6)) return "above 1,000,000 to 1";
  if (log < Math.log(0.01)) return "below 0.01 to 1";
  const value = Math.exp(log);
  return `${value < 10 ? value.toFixed(2) : whole(value)} to 1`;
}

export function times(ratio: number | null): string {
  if (ratio === null) return "not known";
  return ratio === Infinity ? "beyond the last bucket" : `x${ratio.toFixed(2)}`;
}

export function milliseconds(value: number | null): string {
  return value === null ? "unknown" : `${Math.round(value)} ms`;
}
