const table: number[] = [0];

/** ln(n!) for whole n >= 0: summed up to 255, then Stirling's series (relative error below 1e-15 there). */
export function logFactorial(n: number): number {
  if (n > 255) {
    const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
    return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
  }
  for (let i = table.length; i <= n; i++) table.push((table[i - 1] ?? 0) + Math.log(i));
  return table[n] ?? 0;
}

export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
