import { localShell } from "../../infra/adapters/shell/local.ts";
import type { hostCalls } from "../../infra/gateway/index.ts";
import { gatewayCommand, type HostCall, type HostClaim, permutation } from "../../infra/gateway/index.ts";
import { TestHost } from "../../infra/gateway/testing/host.ts";
import { type SlotName } from "../../infra/model/slot.ts";
import type { Target } from "./load/protocol.ts";
import { type Serving, serve, serverFolder } from "./serving.ts";
import { type Place, portsOf } from "./switch/contestant.ts";
import { nginx } from "./switch/nginx.ts";

/** A real gateway with one service whose slots are at the place's ports, and the real host script to steer it. */
export interface BenchGateway {
  readonly target: Target;
  /** The private listener: what nginx would do with a client. */
  readonly status: Target;
  readonly serving: Serving;
  readonly calls: ReturnType<typeof hostCalls>;
  readonly call: (call: HostCall) => Promise<void>;
  /** A rollout of its own to this slot, with a higher token than any before. */
  readonly claim: (slot: SlotName) => HostClaim;
  /** Lays out a rollout's overlays; its own seed gives it an order of its own. */
  readonly prepare: (claim: HostClaim, percents: readonly number[]) => Promise<void>;
}

export const service = "bench/web";

/** Blue is settled. */
export async function startGateway(
  place: Place,
  { tickSeconds = 10 }: { tickSeconds?: 1 | 10 } = {},
): Promise<BenchGateway> {
  const { address } = place;
  const ports = portsOf(place);
  const folder = serverFolder();
  const host = new TestHost(address, ports.sluiceStatus, folder);
  const shell = localShell();
  const { calls } = host;
  const call = async ({ argv, stdin }: HostCall): Promise<void> => {
    const ran = await shell.run(argv, { timeoutMs: 10_000, ...(stdin === undefined ? {} : { stdin }) });
    if (ran.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${ran.stdout}${ran.stderr}`);
  };
  const slots = { blue: { address, port: ports.blue }, green: { address, port: ports.green } };
  let token = 1;
  await call(calls.serviceInit(service, { tickSeconds, leaseTicks: 3 }));
  await call(calls.settle(service, token, "blue"));
  await host.applyBase();
  await host.applyRoute({ service, site: "main", slots, tickSeconds });
  const target = { host: address, port: ports.sluice };
  const serving = await serve(folder, gatewayCommand(host.root, nginx()), target);
  return {
    target,
    status: { host: address, port: ports.sluiceStatus },
    serving,
    calls,
    call,
    claim: (slot) => ({ token: ++token, rollout: `r${token}`, slot }),
    prepare: (claim, percents) => call(calls.prepare(service, claim, percents, permutation(claim.rollout))),
  };
}
