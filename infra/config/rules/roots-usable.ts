import { machineOf } from "../addresses.ts";
import type { Rule } from "../rule.ts";

/** A root is absolute on another machine, whose home folders we don't know, and no two hosts of one machine share it. */
export const rootsUsable: Rule = {
  name: "roots-usable",
  check: ({ hosts }) => {
    const all = Object.entries(hosts);
    return all.flatMap(([name, host], index) => {
      const path = ["hosts", name, "root"];
      const machine = machineOf(host);
      if (host.root.startsWith("~/") && machine !== "this machine") {
        return [{ path, message: `expected an absolute path on a remote host, found "${host.root}"` }];
      }
      const other = all.slice(0, index).find(([, it]) => machineOf(it) === machine && nested(it.root, host.root));
      if (other === undefined) return [];
      const message = `expected a folder of its own, found "${host.root}", which overlaps that of ${other[0]} on the same machine`;
      return [{ path, message }];
    });
  },
};

function nested(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
