// node hang.ts: a user of local hosts that starts one with a container network and waits to be killed.
import Docker from "dockerode";
import { startHosts } from "../hosts.ts";

const { hosts } = await startHosts({ hosts: [{ name: "one", address: "127.0.94.3", sshPort: 0 }] });
const [host] = hosts;
if (!host) throw new Error("no host");
const network = await new Docker({ socketPath: host.engine.socket }).createNetwork({ Name: "left" });
console.log(JSON.stringify({ folder: host.folder, pids: host.pids, bridge: `br-${network.id.slice(0, 12)}` }));
setInterval(() => undefined, 60_000);
