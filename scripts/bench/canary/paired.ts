import { randomOf } from "../judge/random.ts";
import { median, quantile } from "../statistics.ts";

/** One round of equal loads: twice as usual, to see the noise, and once with what is to be measured. */
export interface Round {
  readonly without: number;
  readonly withoutAgain: number;
  readonly with: number;
}

export interface Paired {
  /** Median over the rounds of the ratio within a round, with to without. */
  readonly ratio: number;
  /** Between these lie 95 % of the medians of as many ratios without to without. */
  readonly noise: readonly [from: number, to: number];
  /** Median over the rounds of the difference within a round. */
  readonly added: number;
  /** Whether the ratio is no larger than what nothing at all comes to. */
  readonly withinNoise: boolean;
}

const resamples = 2_000;

/**
 * Whether something makes a difference, by rounds in which only that differs. Like is held against like: a median of so
 * many ratios against medians of so many ratios, drawn from the rounds' own noise (bootstrap), which has no direction.
 */
export function paired(rounds: readonly Round[]): Paired {
  const ratio = median(rounds.map((round) => round.with / round.without));
  const noise = rounds.flatMap(({ without, withoutAgain }) => [withoutAgain / without, without / withoutAgain]);
  const random = randomOf(1, rounds.length);
  const medians = Array.from({ length: resamples }, () =>
    median(rounds.map(() => noise[Math.floor(random() * noise.length)] ?? NaN)),
  );
  const [from, to] = [quantile(medians, 0.025), quantile(medians, 0.975)];
  const added = median(rounds.map((round) => round.with - round.without));
  return { ratio, noise: [from, to], added, withinNoise: ratio <= to };
}
