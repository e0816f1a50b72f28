import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeLedger } from "../infra/driver/testing/fake-ledger.ts";
import type { LedgerEvent } from "../infra/ledger/event.ts";
import { actorOf } from "../infra/model/actor.ts";
import { LedgerError } from "../infra/model/errors.ts";
import { exceptionsOf, policyEnv, withExceptions } from "./compose-policy.ts";

const exception = {
  rule: "container-user",
  resource: "docker:index/container:Container::host-a-blue",
  reason: "until 2.0",
  approver: "ann",
  granted: new Date().toISOString().slice(0, 10),
  expires: new Date().toISOString().slice(0, 10),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-policy-"));
  vi.stubEnv("SLUICE_POLICY_CONFIG", join(folder, "policy.yaml"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const write = (document: object) => writeFileSync(join(folder, "policy.yaml"), JSON.stringify(document));

/** What was done, in its order. */
function world(append?: () => Promise<never>, given: (...all: readonly unknown[]) => void = () => undefined) {
  const fake = new FakeLedger();
  const done: string[] = [];
  const did = (what: string) => () => Promise.resolve((done.push(what), { same: 1 }));
  const engine = {
    up: (...all: readonly unknown[]) => {
      given(...all);
      return did("up")();
    },
    preview: did("preview"),
    destroy: did("destroy"),
    changes: () => Promise.reject(new Error("not asked")),
    outputs: () => Promise.resolve(null),
  };
  const ledger = {
    read: () => Promise.resolve([...fake.entries]),
    close: () => Promise.resolve(),
    append:
      append ??
      ((stream: string, expected: number, event: LedgerEvent, by: string, at: string) => {
        done.push(`${stream}: ${event.kind}`);
        return Promise.resolve(fake.append(stream, expected, event, by, at));
      }),
  };
  const exceptions = () => exceptionsOf("prod");
  const open = () => Promise.resolve(ledger);
  return {
    done,
    engine: withExceptions(engine, { environment: "prod", open, by: actorOf("bob", "test"), exceptions }),
  };
}

describe("an engine whose stacks are declared by exceptions", () => {
  it("has them in the ledger before it brings anything up, once", async () => {
    write({ exceptions: [exception] });
    const { done, engine } = world();
    await engine.preview("prod");
    await engine.up("prod");
    await engine.up("prod.org1.web");
    expect(done).toEqual(["preview", "prod: excepted", "up", "up"]);
  });

  it("hands on how to stop, and by whom it was succeeded", async () => {
    write({ exceptions: [exception] });
    const given: unknown[] = [];
    const { engine } = world(undefined, (...all) => given.push(...all));
    const [{ signal }, fence] = [new AbortController(), () => Promise.resolve()];
    await engine.up("prod", signal, fence);
    expect(given).toEqual(["prod", signal, fence]);
  });

  it("brings nothing up where they can't be written down", async () => {
    write({ exceptions: [exception] });
    const { done, engine } = world(() => Promise.reject(new LedgerError("the disk is full")));
    await expect(engine.up("prod")).rejects.toThrow(
      "The policy's exceptions can't be written into the ledger, so nothing is brought up by them: the disk is full",
    );
    expect(done).toEqual([]);
  });

  it("brings nothing up where nobody can tell which there are", async () => {
    const { done, engine } = world();
    await expect(engine.up("prod")).rejects.toThrow("policy.yaml");
    write({ exceptions: [{ ...exception, expires: "9999-12-31" }] });
    await expect(engine.up("prod")).rejects.toThrow("exceptions.0.expires");
    expect(done).toEqual([]);
  });

  it("writes nothing without exceptions", async () => {
    write({ rules: { "container-limits": { maxCpus: 2 } } });
    const { done, engine } = world();
    await engine.up("prod");
    expect(done).toEqual(["up"]);
  });
});

describe("where the pack finds its configuration", () => {
  it("is the same place from every folder", () => {
    expect(policyEnv()).toEqual({ SLUICE_POLICY_CONFIG: join(folder, "policy.yaml") });
    vi.stubEnv("SLUICE_POLICY_CONFIG", "own/policy.yaml");
    expect(policyEnv()).toEqual({ SLUICE_POLICY_CONFIG: join(process.cwd(), "own/policy.yaml") });
    vi.stubEnv("SLUICE_POLICY_CONFIG", undefined);
    expect(policyEnv()).toEqual({});
  });
});
