import { execa } from "execa";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Contestant, type Place, portsOf } from "./contestant.ts";
import { nginx, plainConfig, serveNginx } from "./nginx.ts";
import { serverFolder } from "../serving.ts";

/** Edit the config, test it, reload. */
export async function reload(place: Place): Promise<Contestant> {
  const { address: host } = place;
  const ports = portsOf(place);
  const folder = serverFolder();
  const config = join(folder, "nginx.conf");
  const target = { host, port: ports.reload };
  const slots = { blue: { host, port: ports.blue }, green: { host, port: ports.green } };
  writeFileSync(config, plainConfig(folder, target, slots, "blue"));
  const serving = await serveNginx(folder, config, target);
  const common = ["-e", join(folder, "command.log"), "-c", config];
  return {
    name: "reload",
    how: "sed proxy_pass, nginx -t && nginx -s reload",
    target,
    cpuSeconds: () => serving.cpuSeconds(),
    switchTo: async (slot, begin) => {
      begin();
      await execa("sed", ["-i", `s|proxy_pass http://.*;|proxy_pass http://${slot};|`, config]);
      await execa(nginx(), [...common, "-t"]);
      await execa(nginx(), [...common, "-s", "reload"]);
    },
    stop: () => serving.stop(),
  };
}
