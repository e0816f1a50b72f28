import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { trustedKeys } from "./trusted-keys.ts";

const key = `MCowBQYDK2VwAyEA${"A".repeat(43)}=`;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-trusted-"));
  vi.stubEnv("SLUICE_CONFIG_DIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const write = (text: string) => writeFileSync(join(folder, "prod.yaml"), text);

describe("the keys that decisions count by", () => {
  it("are the environment's own of its settings", () => {
    write(`signing: { key: { secret: { env: K } }, trusted: { prod: [${key}], stg: [${key}] } }`);
    expect(trustedKeys("prod")).toEqual({ kind: "keys", keys: [key] });
  });

  it("are none, where only others' are there: nothing counts then", () => {
    write(`signing: { key: { secret: { env: K } }, trusted: { stg: [${key}] } }`);
    expect(trustedKeys("prod")).toEqual({ kind: "keys", keys: [] });
  });

  it.each(["signing: false", "environment: prod"])("aren't asked for where the settings say %s", (text) => {
    write(text);
    expect(trustedKeys("prod")).toEqual({ kind: "unsigned" });
  });

  it.each(["signing: true", "signing: { trusted: {} }", ": {", ""])("are unknown where the settings are %j", (text) => {
    write(text);
    expect(trustedKeys("prod").kind).toBe("unknown");
  });

  it("are unknown where there are no settings", () => {
    expect(trustedKeys("uat")).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("uat.yaml") as string,
    });
  });
});
