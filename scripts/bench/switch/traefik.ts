import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { SlotName } from "../../../infra/model/slot.ts";
import { type Contestant, type Place, portsOf } from "./contestant.ts";
import { serverFolder, serve } from "../serving.ts";
import { ensureTraefik } from "./traefik-binary.ts";

/** Traefik's file provider: a changed file is seen and put to use. Its throttle (2 s by default) is turned down. */
export async function traefik(place: Place): Promise<Contestant> {
  const { address: host } = place;
  const ports = portsOf(place);
  const binary = await ensureTraefik();
  const folder = serverFolder();
  const watched = join(folder, "dynamic");
  mkdirSync(watched);
  const target = { host, port: ports.traefik };
  const config = join(folder, "traefik.yml");
  writeFileSync(config, stringify(staticConfig(folder, watched, `${host}:${ports.traefik}`)));
  const put = (slot: SlotName): void => {
    const file = join(watched, "web.yml");
    writeFileSync(join(folder, "new.yml"), stringify(dynamicConfig(`http://${host}:${ports[slot]}`)));
    renameSync(join(folder, "new.yml"), file);
  };
  put("blue");
  const serving = await serve(folder, [binary, `--configFile=${config}`], target);
  return {
    name: "traefik",
    how: "file provider: a new file by rename (providersThrottleDuration 100 ms)",
    target,
    cpuSeconds: () => serving.cpuSeconds(),
    switchTo: (slot, begin) => {
      begin();
      put(slot);
      return Promise.resolve();
    },
    stop: () => serving.stop(),
  };
}

function staticConfig(folder: string, watched: string, listen: string) {
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    entryPoints: { web: { address: listen } },
    providers: { providersThrottleDuration: "100ms", file: { directory: watched, watch: true } },
    accessLog: { filePath: join(folder, "access.log"), bufferingSize: 1000 },
  };
}

function dynamicConfig(url: string) {
  return {
    http: {
      routers: { web: { rule: "PathPrefix(`/`)", service: "web", entryPoints: ["web"] } },
      services: { web: { loadBalancer: { servers: [{ url }] } } },
    },
  };
}
