// The command line with something between driver and world:
// `node driver.ts <log> <SIGKILL|SIGSTOP> <call|-> <before|half|after> <arguments>`.
// Its process must lead a group of its own: that is what ends, or is stopped.
import { putBetween } from "../compose.ts";
import type { Strike } from "./begin-driver.ts";
import { type KillPoint, strikingAt } from "./kill-points.ts";

const [log = "", strike = "SIGKILL", call = "-", when = "before", ...args] = process.argv.slice(2);
const point = call === "-" ? null : { call, when: when as KillPoint["when"] };
putBetween(strikingAt({ log, point, strike: strike as Strike }));
process.argv.splice(2, Infinity, ...args);
await import("../main.ts");
