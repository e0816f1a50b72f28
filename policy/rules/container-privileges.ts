import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { CONTAINER } from "../types.ts";

const NO_NEW = /^no-new-privileges([:=]true)?$/;
const OTHER_NEW = /^no-new-privileges[:=](?!true$)/;
const UNCONFINED = /^(seccomp|apparmor|systempaths)[:=]unconfined$|^label[:=]disable$/;

/** Each of these makes root in the container root on the host, or lets a program become root. */
export const containerPrivileges = defineRule({
  name: "container-privileges",
  description: "Containers are not privileged, have no device of the host, and nothing in them can gain privileges.",
  types: [CONTAINER],
  properties: z.object({
    privileged: z.boolean().default(false),
    securityOpts: z.array(z.string()).default([]),
    devices: z.array(z.object({ hostPath: z.string() })).default([]),
    usernsMode: z.string().default(""),
  }),
  judge: ({ properties: { privileged, securityOpts, devices, usernsMode } }) => {
    const violations: Violation[] = [];
    if (privileged) violations.push({ property: "privileged", found: "true", expected: "false" });
    if (!securityOpts.some((option) => NO_NEW.test(option))) {
      const found = securityOpts.length === 0 ? "none" : securityOpts.join(", ");
      violations.push({ property: "securityOpts", found, expected: '"no-new-privileges:true" among them' });
    }
    for (const [index, option] of securityOpts.entries()) {
      // Docker keeps to the last one.
      if (OTHER_NEW.test(option) && securityOpts.some((other) => NO_NEW.test(other))) {
        violations.push({ property: `securityOpts.${index}`, found: option, expected: "no-new-privileges:true alone" });
      }
      if (!UNCONFINED.test(option)) continue;
      violations.push({ property: `securityOpts.${index}`, found: option, expected: "Docker's own confinement" });
    }
    for (const [index, { hostPath }] of devices.entries()) {
      violations.push({ property: `devices.${index}`, found: hostPath, expected: "no device of the host" });
    }
    if (usernsMode === "host") violations.push({ property: "usernsMode", found: "host", expected: "the engine's own" });
    return violations;
  },
});
