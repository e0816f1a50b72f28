// The command line with something between driver and world: `node driver.ts <log> <call|-> <before|half|after> <arguments>`.
// Its process must lead a group of its own: that is what ends.
import { putBetween } from "../compose.ts";
import { type KillPoint, killingAt } from "./kill-points.ts";

const [log = "", call = "-", when = "before", ...args] = process.argv.slice(2);
putBetween(killingAt({ log, point: call === "-" ? null : { call, when: when as KillPoint["when"] } }));
process.argv.splice(2, Infinity, ...args);
await import("../main.ts");
