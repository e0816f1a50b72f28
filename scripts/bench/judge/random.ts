/** Uniform draws in [0, 1). */
export type Random = () => number;

/** Chance that is the same for the same seed and stream: Doty-Humphrey's sfc32, whose streams don't overlap in practice. */
export function randomOf(seed: number, stream: number): Random {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  const draw = (): number => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    return (mixed >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) draw();
  return draw;
}

/** A standard normal draw (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A binomial draw: exact below 60 expected successes or failures, above by the normal approximation. */
export function binomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  if (n * p > 60) {
    const draw = Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal(random));
    return Math.min(n, Math.max(0, draw));
  }
  // Failures between successes are geometric.
  let at = 0;
  let successes = 0;
  for (;;) {
    at += Math.floor(Math.log(1 - random()) / Math.log1p(-p)) + 1;
    if (at > n) return successes;
    successes++;
  }
}

/** A Poisson draw: exact below a mean of 60, above by the normal approximation. */
export function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = -1;
  for (let left = Math.exp(mean); left >= 1; left *= random()) count++;
  return Math.max(0, count);
}

/** Standard normal distribution function, absolute error below 1.5e-7 (Abramowitz and Stegun 7.1.26). */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-z * z)) / 2;
  return x < 0 ? tail : 1 - tail;
}
