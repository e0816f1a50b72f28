import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newKey } from "../../infra/adapters/signer.ts";
import { beginning, digestFor, promotion, revisionOf, stream } from "../../infra/ledger/testing/events.ts";
import { resolveRevision } from "../../infra/config/resolve-revision.ts";
import { openEnvironment } from "../compose.ts";
import { approveCommand, rejectCommand } from "./approve.ts";
import { gatesCommand } from "./gates.ts";
import { quarantineCommand } from "./quarantine.ts";
import { Folder, hostOfOthers } from "./testing/folder.ts";

const service = "org1/react-ui";
const bob = newKey();
const image = (version: string) => `registry.example.com/org1/react-ui@${digestFor(version)}`;
const served = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  vi.stubEnv("SLUICE_ACTOR", "bob");
  writeFileSync(join(folder.path, "bob.pem"), bob.privatePem);
});
afterEach(() => {
  folder.remove();
});

function write(gates: object): void {
  folder.write({
    environment: "local",
    hosts: { "host-a": hostOfOthers },
    gates,
    services: {
      [service]: {
        image: "registry.example.com/org1/react-ui",
        ports: { blue: 3101, green: 3102 },
        container: { port: 8080 },
      },
    },
  });
}

const gates = async (version: string, ...more: string[]) =>
  folder.run(gatesCommand(), ["local", service, version, "--image", image(version), ...more]);

async function shown(version: string) {
  const { code, printed } = await gates(version, "--json");
  const document = JSON.parse(printed) as {
    allowed: boolean;
    decision: string;
    reason: string | null;
    gates: { gate: string; allowed: boolean }[];
    notAsked: { gate: string; setting: string }[];
  };
  const { allowed, decision, reason, notAsked } = document;
  return { code, allowed, decision, reason, notAsked, gates: document.gates.map((one) => [one.gate, one.allowed]) };
}

const all = ["windows", "plan", "budget", "scan", "promotion", "breaking", "approval"];

describe("sluice gates", () => {
  it("lists what isn't asked, too, with the setting that would ask it", async () => {
    await folder.append(stream, served);
    write({});
    expect(await shown("1.1.0")).toEqual({
      code: 0,
      allowed: true,
      decision: "go",
      reason: null,
      gates: [
        ["quarantine", true],
        ["order", true],
      ],
      notAsked: all.map((gate) => ({ gate, setting: `gates.${gate}` })),
    });
    const { printed } = await gates("1.1.0");
    for (const gate of all)
      expect(printed).toMatch(new RegExp(`^${gate} +not asked +gates\\.${gate} would ask it`, "m"));
  });

  it("asks what the settings ask, also at any time", async () => {
    await folder.append(stream, served);
    write({ windows: false, plan: {}, scan: {}, promotion: false, breaking: true, approval: false });
    expect(await shown("1.1.0")).toMatchObject({
      code: 1,
      decision: "refused",
      gates: [
        ["quarantine", true],
        ["order", true],
        ["windows", true],
        ["plan", true],
        ["scan", false],
        ["breaking", false],
      ],
      notAsked: [{ gate: "budget" }, { gate: "promotion" }, { gate: "approval" }],
    });
  });

  it("shows the gates of a service that is busy, beside that", async () => {
    await folder.append(stream, [...served, ...beginning("r2", revisionOf("1.1.0"), "green")]);
    write({ scan: {} });
    const reason = expect.stringMatching(/^rollout r2 of 1\.1\.0 is under way; /) as string;
    expect(await shown("0.9.0")).toMatchObject({
      code: 1,
      allowed: false,
      decision: "busy",
      reason,
      gates: [
        ["quarantine", true],
        ["order", false],
        ["scan", false],
      ],
    });
    expect((await gates("0.9.0")).printed).toMatch(/^order +denied .*\nrollout r2 of 1\.1\.0 is under way/ms);
  });

  it("shows the gates of a release that is settled, beside that", async () => {
    write({ windows: false });
    const { settings } = await openEnvironment("local");
    const revision = resolveRevision(settings, service, { version: "1.1.0", image: image("1.1.0") });
    await folder.append(stream, promotion("r1", revision, "blue", { first: true }));
    const reason = "1.1.0 is settled in blue with just these settings";
    expect(await shown("1.1.0")).toMatchObject({
      code: 0,
      allowed: true,
      decision: "alreadySettled",
      reason,
      gates: [
        ["quarantine", true],
        ["order", true],
        ["windows", true],
      ],
    });
    expect((await gates("1.1.0")).printed).toMatch(new RegExp(`^order +allowed .*\\n${reason}`, "ms"));
  });
});

describe("without anything of the hosts", () => {
  const release = ["local", service, "1.1.0", "--image", image("1.1.0")];
  const asking = { approval: { approvers: { bob: bob.publicBase64, carol: newKey().publicBase64 }, required: 1 } };

  it.each([
    ["approve", approveCommand],
    ["reject", rejectCommand],
  ])("a person can %s", async (answer, command) => {
    await folder.append(stream, served);
    write(asking);
    const args = [...release, "--key", join(folder.path, "bob.pem"), "--reason", "seen", "--json"];
    const { code, printed, said } = await folder.run(command(), args);
    expect(code, said).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ answer, by: "bob" });
    expect((await folder.entries(stream)).at(-1)?.event.kind).toBe("answered");
  });

  it("a person can lift a quarantine", async () => {
    const digest = digestFor("1.1.0");
    const reverted = { kind: "reverted", rollout: "r1", slot: "blue", reason: "errors", milliseconds: 1 } as const;
    await folder.append(stream, [...served, { ...reverted, quarantined: digest }]);
    write({});
    const args = ["lift", "local", service, digest, "--reason", "it was the database"];
    const { code, said } = await folder.run(quarantineCommand(), args);
    expect(code, said).toBe(0);
  });
});
