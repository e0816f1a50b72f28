import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { sshEngineReachable } from "./ssh-engine-reachable.ts";

describe(sshEngineReachable.name, () => {
  it("accepts an SSH shell with a key file", () => {
    expect(findings(sshEngineReachable, {})).toEqual([]);
  });

  it("refuses a local shell", () => {
    expect(findings(sshEngineReachable, { hosts: { "host-a": { engine: { kind: "ssh" } } } })).toEqual([
      'hosts.host-a.engine.kind: expected "unix" or "tcp", since the host\'s shell is not of kind "ssh", found "ssh"',
    ]);
  });

  it("refuses a key in the environment", () => {
    expect(
      findings(sshEngineReachable, {
        hosts: { "host-b": { shell: { privateKey: { secret: { env: "KEY", file: undefined } } } } },
      }),
    ).toEqual([
      'hosts.host-b.shell.privateKey: expected { secret: { file: PATH } } for an engine of kind "ssh", found { secret: { env: ... } }',
    ]);
  });
});
