import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { containerPrivileges as rule } from "./container-privileges.ts";

const good = { securityOpts: ["no-new-privileges:true"] };

describe(rule.name, () => {
  it.each([good, { securityOpts: ["no-new-privileges"] }, { ...good, privileged: false }])(
    "accepts %j",
    async (one) => {
      expect(await judge(rule, one)).toBe("passes");
    },
  );

  it.each<[object, string[]]>([
    [{ ...good, privileged: true }, ["privileged: true | false"]],
    [{}, ['securityOpts: none | "no-new-privileges:true" among them']],
    [
      { securityOpts: ["no-new-privileges:false"] },
      ['securityOpts: no-new-privileges:false | "no-new-privileges:true" among them'],
    ],
    [
      { securityOpts: [...good.securityOpts, "seccomp=unconfined", "label:disable"] },
      [
        "securityOpts.1: seccomp=unconfined | Docker's own confinement",
        "securityOpts.2: label:disable | Docker's own confinement",
      ],
    ],
    [
      { securityOpts: [...good.securityOpts, "no-new-privileges:false"] },
      ["securityOpts.1: no-new-privileges:false | no-new-privileges:true alone"],
    ],
    [
      { securityOpts: ["no-new-privileges=0", "no-new-privileges"] },
      ["securityOpts.0: no-new-privileges=0 | no-new-privileges:true alone"],
    ],
    [{ ...good, devices: [{ hostPath: "/dev/sda" }] }, ["devices.0: /dev/sda | no device of the host"]],
    [{ ...good, usernsMode: "host" }, ["usernsMode: host | the engine's own"]],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties)).toEqual(violations);
  });
});
