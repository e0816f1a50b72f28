import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signed, testKey } from "../../infra/gates/testing/keys.ts";
import { sampleDigest, sampleEvidence, sampleRevision } from "../../infra/gates/testing/statements.ts";
import { evidenceCommand } from "./evidence.ts";
import { Folder, hostOfOthers } from "./testing/folder.ts";

const keys = { stg: testKey(), other: testKey() };
const day = 86_400_000;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  vi.useFakeTimers({ now: Date.parse("2026-03-03T10:00:00.000Z"), toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  folder.remove();
});

function write(promotion: object | false = { from: ["stg"], maxAgeDays: 7 }): void {
  folder.write({
    environment: "dev",
    hosts: { "host-a": hostOfOthers },
    gates: { promotion },
    signing: {
      key: { secret: { env: "SLUICE_TEST_NOBODY_HAS_THIS" } },
      trusted: { dev: [keys.other.publicBase64], stg: [keys.stg.publicBase64] },
    },
    services: {
      "org1/react-ui": {
        image: "registry.example.com/org1/react-ui",
        ports: { blue: 3101, green: 3102 },
        container: { port: 8080 },
      },
    },
  });
}

interface About {
  readonly from?: string;
  readonly service?: string;
  readonly digest?: string;
}

async function verify(content: unknown, about: About = {}) {
  const { from, service, digest } = { from: "stg", service: "org1/react-ui", digest: sampleDigest, ...about };
  const file = join(folder.path, "evidence.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const asked = ["--from", from, "--service", service, "--digest", digest, "--json"];
  const { code, printed } = await folder.run(evidenceCommand(), ["verify", "dev", file, ...asked]);
  return { code, document: JSON.parse(printed) as unknown };
}

const own = signed(keys.stg, sampleEvidence());

describe("sluice evidence verify", () => {
  it("says that evidence counts, and what it says", async () => {
    write();
    expect(await verify(own)).toMatchObject({
      code: 0,
      document: { valid: true, keyId: own.signatures[0]?.keyid, statement: sampleEvidence() },
    });
  });

  it("says so to people, too", async () => {
    write();
    const file = join(folder.path, "evidence.json");
    writeFileSync(file, JSON.stringify(own));
    const asked = ["--from", "stg", "--service", "org1/react-ui", "--digest", sampleDigest];
    const { code, printed } = await folder.run(evidenceCommand(), ["verify", "dev", file, ...asked]);
    expect([code, printed]).toEqual([
      0,
      `org1/react-ui 1.4.2 was healthy in stg, promoted at 2026-03-02T10:00:00.000Z; signed by key ${own.signatures[0]?.keyid.slice(0, 12)}\n`,
    ]);
  });

  it.each<[string, unknown, About, RegExp]>([
    ["a foreign key", signed(keys.other, sampleEvidence()), {}, /by none of the 1 trusted keys/],
    ["an environment without keys", own, { from: "uat" }, /by none of the 0 trusted keys/],
    ["another digest", own, { digest: sampleRevision }, /it is for digest/],
    ["another service", own, { service: "org2/react-ui" }, /it is for service/],
    ["no envelope", {}, {}, /no DSSE envelope/],
  ])("says that it doesn't count: %s", async (_what, envelope, about, reason) => {
    write();
    const { code, document } = await verify(envelope, about);
    expect({ code, document }).toEqual({
      code: 1,
      document: { valid: false, reason: expect.stringMatching(reason) as string },
    });
  });

  it("goes by the environment's own limits, and by 30 days where it asks for none", async () => {
    write();
    vi.setSystemTime(Date.now() + 7 * day);
    expect(await verify(own)).toMatchObject({
      code: 1,
      document: { reason: expect.stringMatching(/older than 7/) as string },
    });
    write(false);
    expect(await verify(own)).toMatchObject({ code: 0 });
    write({ from: ["stg"], bakeHours: 24 * 14 });
    expect(await verify(own)).toMatchObject({
      code: 1,
      document: { reason: expect.stringMatching(/less than 336/) as string },
    });
  });

  it("names everything that is wrong with what it was given", async () => {
    write();
    expect(await verify("{", { digest: "latest" })).toMatchObject({
      code: 2,
      document: {
        error: {
          issues: [
            { key: "digest", message: "expected sha256: and 64 hex digits" },
            { key: join(folder.path, "evidence.json"), message: "expected JSON" },
          ],
        },
      },
    });
  });
});
