import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { initLedger, openLedger } from "../../infra/adapters/ledger/index.ts";
import { fileSpool } from "../../infra/adapters/spool.ts";
import type { Outcome } from "../../infra/driver/rollout.ts";
import type { LedgerEvent } from "../../infra/ledger/event.ts";
import { digestFor, promotion, revisionOf } from "../../infra/ledger/testing/events.ts";
import { rollbackCommand, wentBack } from "./rollback.ts";

const service = "org1/react-ui";
const stream = `local/${service}`;
const served: readonly LedgerEvent[] = [
  ...promotion("r1", revisionOf("1.0.0"), "blue", { first: true }),
  ...promotion("r2", revisionOf("1.1.0"), "green"),
  ...promotion("r3", revisionOf("1.2.0"), "blue"),
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-rollback-"));
  vi.stubEnv("SLUICE_CONFIG_DIR", folder);
  vi.stubEnv("XDG_STATE_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function environment(): Promise<void> {
  const file = join(folder, "ledger.db");
  const ledger = { kind: "sqlite", file } as const;
  const settings = {
    environment: "local",
    ledger,
    hosts: { "host-a": { engine: { kind: "unix", socket: join(folder, "none.sock") }, shell: { kind: "local" } } },
    services: {
      [service]: {
        image: "registry.example.com/org1/react-ui",
        ports: { blue: 3101, green: 3102 },
        container: { port: 80 },
      },
    },
  };
  writeFileSync(join(folder, "local.yaml"), JSON.stringify(settings));
  const resolve = () => Promise.reject(new Error("there are no secrets"));
  await initLedger(ledger, "2026-01-01T00:00:00.000Z", resolve);
  const port = await openLedger(ledger, { resolve });
  for (const [index, event] of served.entries()) {
    await port.append(stream, index + 1, event, "alice", new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString());
  }
  await port.close();
}

async function dryRun(): Promise<unknown> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed += String(text)), true));
  await rollbackCommand().parseAsync(["local", service, "--dry-run", "--json"], { from: "user" });
  vi.restoreAllMocks();
  return JSON.parse(printed);
}

describe("sluice rollback --dry-run", () => {
  it("says what it would go back to, and how", async () => {
    await environment();
    expect(await dryRun()).toMatchObject({ release: { version: "1.1.0" }, way: "warm" });
  });

  it("knows what an outage left in the spool, and leaves spool and ledger as they are", async () => {
    await environment();
    const spool = fileSpool(join(folder, "sluice", "spool"));
    const at = "2026-01-01T01:00:00.000Z";
    const waiting: readonly LedgerEvent[] = [
      { kind: "reverting", rollout: "r3", from: "blue", to: "green", reason: "errors" },
      {
        kind: "reverted",
        rollout: "r3",
        slot: "green",
        reason: "errors",
        quarantined: digestFor("1.2.0"),
        milliseconds: 1,
      },
    ];
    for (const event of waiting) {
      await spool.add(stream, { event, by: "alice", at, after: served.length, doubtful: false });
    }
    const before = readFileSync(join(folder, "ledger.db"));
    expect(await dryRun()).toMatchObject({ release: { version: "1.0.0" }, way: "cold" });
    expect((await spool.read(stream)).map(({ event }) => event)).toEqual(waiting);
    expect(readFileSync(join(folder, "ledger.db")).equals(before)).toBe(true);
  });
});

describe("whether what was asked for came to pass", () => {
  const ended = {
    kind: "ended",
    rollout: "r3",
    state: { phase: "rolledBack", reason: "errors", blamed: true },
  } as const;
  it.each<[string, Outcome, boolean]>([
    ["the markers moved back", { ...ended, reverted: true }, true],
    ["the target was filled and didn't settle", ended, false],
    ["nothing was to be done", { kind: "nothingToDo", reason: "" }, false],
  ])("%s", (_what, outcome, expected) => {
    expect(wentBack(outcome)).toBe(expected);
  });
});
