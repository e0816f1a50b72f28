import type { JudgeWindow, LatencyHistogram } from "../../model/judge-window.ts";
import { begin, type EProcess, logEvidence, step, type Weighted } from "./e-process.ts";
import { countAbove, total } from "./histogram.ts";

interface Counts {
  readonly bad: number;
  readonly all: number;
}

/** Evidence that more than a share of the candidate's requests are bad, whatever the settled slot does: for larger odds. */
const factors: readonly Weighted[] = [1.3, 2, 4, 10, 40].map((factor) => [factor, 0.2]);

export function beginLimit(): EProcess {
  return begin(factors);
}

/**
 * Adds a window, unless the settled slot is beyond the limit in it too: then something that both share is broken, and
 * going back wouldn't help. `share` is the limit, 0 to 1.
 */
export function addLimit(
  share: number,
  before: EProcess,
  candidate: Counts,
  settled: Counts,
  waiting: number,
): EProcess {
  if (settled.all > 0 && settled.bad / settled.all > share) return before;
  const logRatios = factors.map(([factor]) => {
    const alternative = (factor * share) / (1 - share + factor * share);
    const good = candidate.all - candidate.bad;
    return candidate.bad * Math.log(alternative / share) + good * Math.log((1 - alternative) / (1 - share));
  });
  return step(before, logRatios, waiting);
}

export function limitEvidence(process: EProcess): number {
  return logEvidence(factors, process);
}

/** p95 is above its limit when more than 5 % of the answers are. */
export interface P95Limit {
  readonly evidence: EProcess;
  /** The bound that tells: the first at or above the limit; null while the histograms have none. */
  readonly boundMilliseconds: number | null;
}

export function beginP95Limit(): P95Limit {
  return { evidence: beginLimit(), boundMilliseconds: null };
}

export function addP95Limit(
  limitMilliseconds: number,
  before: P95Limit,
  { slots: { candidate, settled } }: JudgeWindow,
  waiting: number,
): P95Limit {
  const bound = boundFrom(candidate.latency, limitMilliseconds);
  if (bound === undefined) return before;
  const other = boundFrom(settled.latency, limitMilliseconds);
  const evidence = addLimit(
    0.05,
    before.evidence,
    { bad: countAbove(candidate.latency, bound) ?? 0, all: total(candidate.latency) },
    other === undefined
      ? { bad: 0, all: 0 }
      : { bad: countAbove(settled.latency, other) ?? 0, all: total(settled.latency) },
    waiting,
  );
  return { evidence, boundMilliseconds: bound };
}

function boundFrom({ boundsMilliseconds }: LatencyHistogram, least: number): number | undefined {
  return boundsMilliseconds.find((bound) => bound >= least);
}
