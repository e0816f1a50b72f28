import type { HostCall } from "../../../infra/gateway/index.ts";
import { gatewayCommand, permutation } from "../../../infra/gateway/index.ts";
import { TestHost } from "../../../infra/gateway/testing/host.ts";
import type { SlotName } from "../../../infra/model/slot.ts";
import { localShell } from "../../../infra/adapters/shell/local.ts";
import { type Contestant, type Place, portsOf } from "./contestant.ts";
import { serve, serverFolder } from "../serving.ts";
import { nginx } from "./nginx.ts";

const service = "bench/web";

/** Sluice: a lease of 100 %, the settled marker, the lease off; each by the real host script, nginx untouched. */
export async function sluice(place: Place): Promise<Contestant> {
  const { address } = place;
  const ports = portsOf(place);
  const folder = serverFolder();
  const host = new TestHost(address, ports.sluiceStatus, folder);
  const order = permutation("bench");
  const shell = localShell();
  let token = 0;
  const { calls } = host;
  const call = async ({ argv, stdin }: HostCall): Promise<void> => {
    const ran = await shell.run(argv, { timeoutMs: 10_000, ...(stdin === undefined ? {} : { stdin }) });
    if (ran.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${ran.stdout}${ran.stderr}`);
  };

  const slots = { blue: { address, port: ports.blue }, green: { address, port: ports.green } };
  await call(calls.serviceInit(service, { tickSeconds: 10, leaseTicks: 3 }));
  await call(calls.settle(service, ++token, "blue"));
  await host.applyBase();
  await host.applyRoute({ service, site: "main", slots });
  const target = { host: address, port: ports.sluice };
  const serving = await serve(folder, gatewayCommand(host.root, nginx()), target);
  return {
    name: "sluice",
    how: "host script: lease 100 %, settle, clear",
    target,
    cpuSeconds: () => serving.cpuSeconds(),
    switchTo: async (slot: SlotName, begin) => {
      const claim = { token: ++token, rollout: `r${token}`, slot };
      await call(calls.prepare(service, claim, [100], order));
      begin();
      await call(calls.lease(service, claim, 100));
      await call(calls.settle(service, claim.token, slot));
      await call(calls.clear(service, claim.token, claim.rollout));
    },
    stop: () => serving.stop(),
  };
}
