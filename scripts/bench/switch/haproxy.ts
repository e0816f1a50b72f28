import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { requireProgram } from "../../local/programs.ts";
import { type Contestant, type Place, portsOf } from "./contestant.ts";
import { serverFolder, serve } from "../serving.ts";

/** HAProxy's runtime API: one word of a map says which backend serves. A restart of HAProxy forgets it. */
export async function haproxy(place: Place): Promise<Contestant> {
  const { address: host } = place;
  const ports = portsOf(place);
  const folder = serverFolder();
  const config = join(folder, "haproxy.cfg");
  const map = join(folder, "slots.map");
  const socket = join(folder, "admin.sock");
  writeFileSync(map, "web blue\n");
  writeFileSync(
    config,
    `global
  nbthread 2
  stats socket ${socket} level admin
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind ${host}:${ports.haproxy}
  use_backend %[str(web),map(${map})]
backend blue
  server blue ${host}:${ports.blue}
backend green
  server green ${host}:${ports.green}
`,
  );
  const target = { host, port: ports.haproxy };
  const serving = await serve(folder, [requireProgram("haproxy", "haproxy"), "-db", "-f", config], target);
  return {
    name: "haproxy",
    how: "runtime API: set map",
    target,
    cpuSeconds: () => serving.cpuSeconds(),
    switchTo: async (slot, begin) => {
      begin();
      const answer = await command(socket, `set map ${map} web ${slot}`);
      if (answer.trim() !== "") throw new Error(`HAProxy: ${answer.trim()}`);
    },
    stop: () => serving.stop(),
  };
}

async function command(socket: string, line: string): Promise<string> {
  const connection = connect(socket);
  let answer = "";
  connection.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  connection.end(`${line}\n`);
  await once(connection, "close");
  return answer;
}
