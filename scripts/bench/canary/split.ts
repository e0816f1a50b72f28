import { createHash } from "node:crypto";
import { Agent, request } from "undici";
import type { HostClaim } from "../../../infra/gateway/index.ts";
import type { SlotName } from "../../../infra/model/slot.ts";
import { type BenchGateway, service } from "../gateway.ts";

/** What a rollout's weights came to for every client, asked of nginx one by one. */
export interface Split {
  readonly keys: number;
  readonly steps: readonly {
    readonly weight: number;
    readonly sharePercent: number;
    /** Clients who were on the candidate at the weight before, and aren't any more. */
    readonly movedBack: number;
  }[];
  /** Clients who were not on the settled slot once the rollout had gone back. */
  readonly leftBehind: number;
  /** Of the clients who got the first rollout's candidate first, the percentage who get the next one's first, too. */
  readonly firstAgainPercent: number;
}

export const weights = [5, 25, 50, 100] as const;

/** Tokens as cookies hold them. */
export function clientKeys(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => createHash("md5").update(`client ${index}`).digest("hex"));
}

export async function measureSplit(
  gateway: BenchGateway,
  keys: readonly string[],
  say: (text: string) => void,
): Promise<Split> {
  const { call, calls, claim, prepare } = gateway;
  const first = claim("green");
  await prepare(first, weights);
  const steps: Split["steps"][number][] = [];
  let before: readonly SlotName[] = keys.map(() => "blue");
  let early: readonly SlotName[] = before;
  for (const weight of weights) {
    const now = await leased(gateway, first, weight, () => slotsOf(gateway, keys));
    const movedBack = now.filter((slot, index) => slot === "blue" && before[index] === "green").length;
    steps.push({ weight, sharePercent: shareOf(now), movedBack });
    say(`${weight} %: ${shareOf(now).toFixed(2)} % of ${keys.length} clients, ${movedBack} moved back`);
    if (weight === weights[0]) early = now;
    before = now;
  }
  await call(calls.clear(service, first.token, first.rollout));
  const leftBehind = (await slotsOf(gateway, keys)).filter((slot) => slot !== "blue").length;
  const second = claim("green");
  await prepare(second, [weights[0]]);
  const next = await leased(gateway, second, weights[0], () => slotsOf(gateway, keys));
  await call(calls.clear(service, second.token, second.rollout));
  const again = next.filter((slot, index) => slot === "green" && early[index] === "green").length;
  const firsts = early.filter((slot) => slot === "green").length;
  return { keys: keys.length, steps, leftBehind, firstAgainPercent: (100 * again) / firsts };
}

/** Renews the lease as a driver does, while `act` goes on. */
export async function leased<T>(
  { call, calls }: BenchGateway,
  claim: HostClaim,
  weight: number,
  act: () => Promise<T>,
): Promise<T> {
  const lease = () => call(calls.lease(service, claim, weight));
  await lease();
  const renewing = setInterval(() => void lease(), 3_000);
  try {
    return await act();
  } finally {
    clearInterval(renewing);
  }
}

function shareOf(slots: readonly SlotName[]): number {
  return (100 * slots.filter((slot) => slot === "green").length) / slots.length;
}

/** Where nginx itself would send each client now. */
async function slotsOf({ status }: BenchGateway, keys: readonly string[]): Promise<readonly SlotName[]> {
  const dispatcher = new Agent({ connections: 8, pipelining: 1 });
  const slots: SlotName[] = [];
  let next = 0;
  const askAll = async () => {
    for (let index = next++; index < keys.length; index = next++) {
      const url = `http://${status.host}:${status.port}/${service.replace("/", ".")}?key=${keys[index]}`;
      const { body } = await request(url, { dispatcher });
      slots[index] = ((await body.json()) as { target: SlotName }).target;
    }
  };
  await Promise.all(Array.from({ length: 8 }, askAll));
  await dispatcher.close();
  return slots;
}
