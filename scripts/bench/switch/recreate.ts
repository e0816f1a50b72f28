import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import type { SlotName } from "../../../infra/model/slot.ts";
import { startHosts } from "../../local/hosts.ts";
import { engineAt, imageFor } from "../../local/images.ts";
import { type Contestant, type Place, portsOf } from "./contestant.ts";
import { plainConfig, serveNginx } from "./nginx.ts";
import { answers, backendProgram, serverFolder } from "../serving.ts";

/** One container behind a fixed address, replaced in place in the order in which `docker compose up -d` does it. */
export async function recreate(place: Place): Promise<Contestant> {
  const { address: host } = place;
  const ports = portsOf(place);
  const backend = { host, port: ports.recreated };
  const target = { host, port: ports.recreate };
  const hosts = await startHosts({ hosts: [{ name: "bench", address: host }] });
  try {
    const socket = hosts.hosts[0]?.engine.socket ?? "";
    const engine = engineAt(socket);
    const { reference } = await imageFor(engine, "node", { official: false });
    let running = await create(engine, reference, "blue", backend);
    await running.start();
    while (!(await answers(backend))) await new Promise((resolve) => setTimeout(resolve, 50));
    const folder = serverFolder();
    const config = join(folder, "nginx.conf");
    writeFileSync(config, plainConfig(folder, target, { app: backend }, "app"));
    const serving = await serveNginx(folder, config, target);
    return {
      name: "recreate",
      how: "docker compose up -d: create, stop and remove the old, start the new",
      target,
      cpuSeconds: () => serving.cpuSeconds(),
      switchTo: async (slot, begin) => {
        begin();
        const next = await create(engine, reference, slot, backend);
        await running.stop({ t: 10 });
        await running.remove();
        await next.start();
        running = next;
      },
      stop: async () => {
        await serving.stop();
        await running.remove({ force: true });
        await hosts.stop();
      },
    };
  } catch (error) {
    await hosts.stop();
    throw error;
  }
}

function create(engine: Docker, image: string, slot: SlotName, { host, port }: { host: string; port: number }) {
  return engine.createContainer({
    Image: image,
    Cmd: ["node", "/backend.mjs", slot, host, String(port)],
    HostConfig: { NetworkMode: "host", Init: true, Binds: [`${backendProgram}:/backend.mjs:ro`] },
  });
}
