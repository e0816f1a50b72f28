/** The value below which a share `q` (0 to 1) of the values lies, by the nearest rank; NaN without values. */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}

export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

export function worst(values: Iterable<number>): number {
  return quantile(values, 1);
}

/** Rounded to so many digits that differences are seen and noise isn't: 3 significant ones. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
}
