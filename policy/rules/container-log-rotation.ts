import { z } from "zod";
import { defineRule } from "../rule.ts";
import { CONTAINER } from "../types.ts";

const MEGABYTES: Readonly<Record<string, number>> = { b: 1e-6, "": 1e-6, k: 1e-3, m: 1, g: 1000 };

/** A log without a limit fills the host's disk, and that stops every service on it. */
export const containerLogRotation = defineRule({
  name: "container-log-rotation",
  description: "Containers' logs are rotated, so that none of them fills the host's disk.",
  types: [CONTAINER],
  properties: z.object({
    logDriver: z.string().default("json-file"),
    logOpts: z.record(z.string(), z.string()).default({}),
  }),
  config: {
    maxMegabytes: z.number().positive().default(1000).describe("Most that one container's log files may take, in MB"),
    otherDrivers: z
      .array(z.string())
      .default([])
      .describe("Log drivers beside json-file and local that keep nothing on the host"),
  },
  judge: ({ properties: { logDriver, logOpts } }, { maxMegabytes, otherDrivers }) => {
    if (otherDrivers.includes(logDriver)) return [];
    if (logDriver !== "json-file" && logDriver !== "local") {
      const expected = `one of ${["json-file", "local", ...otherDrivers].join(", ")}`;
      return [{ property: "logDriver", found: logDriver, expected }];
    }
    const [size, files] = [logOpts["max-size"], logOpts["max-file"]];
    const total = megabytes(size) * Number(files ?? 1);
    if (total > 0 && total <= maxMegabytes) return [];
    const found = size === undefined ? "no max-size" : `max-size ${size}, max-file ${files ?? 1}`;
    return [{ property: "logOpts", found, expected: `max-size and max-file of ${maxMegabytes} MB together at most` }];
  },
});

function megabytes(size: string | undefined): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(size ?? "") ?? [];
  return Number(number ?? NaN) * (MEGABYTES[unit.toLowerCase()] ?? NaN);
}
