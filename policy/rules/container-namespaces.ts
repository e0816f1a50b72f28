import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { CONTAINER } from "../types.ts";

/** A container that sees other processes or their memory can signal and read them. */
export const containerNamespaces = defineRule({
  name: "container-namespaces",
  description: "Containers see neither the processes nor the shared memory of the host or of another container.",
  types: [CONTAINER],
  properties: z.object({ pidMode: z.string().default(""), ipcMode: z.string().default("") }),
  judge: ({ properties: { pidMode, ipcMode } }) => {
    const violations: Violation[] = [];
    if (!["", "private"].includes(pidMode)) {
      violations.push({ property: "pidMode", found: pidMode, expected: "one of its own: not set" });
    }
    if (!["", "none", "private", "shareable"].includes(ipcMode)) {
      violations.push({ property: "ipcMode", found: ipcMode, expected: "one of its own: not set, private or none" });
    }
    return violations;
  },
});
