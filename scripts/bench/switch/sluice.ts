import { type BenchGateway, service, startGateway } from "../gateway.ts";
import type { Contestant, Place } from "./contestant.ts";

/** Sluice: a lease of 100 %, the settled marker, the lease off; each by the real host script, nginx untouched. */
export async function sluice(place: Place): Promise<Contestant> {
  const { call, calls, claim, prepare, serving, target }: BenchGateway = await startGateway(place);
  return {
    name: "sluice",
    how: "host script: lease 100 %, settle, clear",
    target,
    cpuSeconds: () => serving.cpuSeconds(),
    switchTo: async (slot, begin) => {
      const mine = claim(slot);
      await prepare(mine, [100]);
      begin();
      await call(calls.lease(service, mine, 100));
      await call(calls.settle(service, mine.token, slot));
      await call(calls.clear(service, mine.token, mine.rollout));
    },
    stop: () => serving.stop(),
  };
}
