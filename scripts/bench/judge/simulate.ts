import type { JudgeWindow, SlotWindow } from "../../../infra/model/judge-window.ts";
import { binomial, normal, poisson, type Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";

const PERSISTENCE = 0.8;
const none: Scenario["candidate"] = { errors: 1, latency: 1 };

/** AR(1) noise with standard deviation 1, begun anywhere. */
function noise(random: Random): () => number {
  let value = normal(random);
  return () => {
    const now = value;
    value = PERSISTENCE * value + Math.sqrt(1 - PERSISTENCE ** 2) * normal(random);
    return now;
  };
}

/** The windows of one canary, a minute each. */
export function simulate(scenario: Scenario, random: Random): JudgeWindow[] {
  const shared = { errors: noise(random), latency: noise(random) };
  const slots = [scenario.share, 1 - scenario.share].map((share, index) => ({
    rate: 60 * scenario.rate * share,
    fault: index === 0 ? scenario.candidate : none,
    errors: noise(random),
    latency: noise(random),
    offset: {
      errors: scenario.own.offset.errors * normal(random),
      latency: scenario.own.offset.latency * normal(random),
    },
  }));
  const windows: JudgeWindow[] = [];
  for (let minute = 1; minute <= scenario.minutes; minute++) {
    const together = {
      errors: scenario.shared.errors * shared.errors(),
      latency: scenario.shared.latency * shared.latency(),
    };
    const [candidate, settled] = slots.map(({ rate, fault, errors, latency, offset }) => {
      const worse = minute >= scenario.onset ? fault : none;
      const own = { errors: scenario.own.errors * errors(), latency: scenario.own.latency * latency() };
      return slotWindow(scenario, random, minute, rate, {
        errors: worse.errors * Math.exp(together.errors + own.errors + offset.errors),
        latency: worse.latency * Math.exp(together.latency + own.latency + offset.latency),
      });
    });
    if (candidate === undefined || settled === undefined || random() < scenario.missing) continue;
    const at = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    windows.push({ at, seconds: 60, slots: { candidate, settled } });
  }
  return windows;
}

function slotWindow(
  { errors, latency, failure, bounds }: Scenario,
  random: Random,
  minute: number,
  rate: number,
  factor: { readonly errors: number; readonly latency: number },
): SlotWindow {
  const requests = poisson(random, rate);
  const failing =
    failure !== null && minute >= failure.from && minute < failure.from + failure.minutes ? failure : null;
  const slow = factor.latency * (failing?.latency ?? 1);
  const counts: number[] = [];
  let left = requests;
  let below = 0;
  for (const bound of bounds) {
    const upTo = latency(bound / slow);
    const count = binomial(random, left, below >= 1 ? 0 : Math.max(0, (upTo - below) / (1 - below)));
    counts.push(count);
    left -= count;
    below = upTo;
  }
  return {
    requests,
    errors: binomial(random, requests, Math.min(1, errors * factor.errors + (failing?.errors ?? 0))),
    latency: { boundsMilliseconds: [...bounds], counts: [...counts, left] },
  };
}
