import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { vi } from "vitest";
import { initLedger, openLedger } from "../../../infra/adapters/ledger/index.ts";
import type { Entry, LedgerEvent } from "../../../infra/ledger/event.ts";

const noSecrets = () => Promise.reject(new Error("there are no secrets"));

/** A folder of one environment's settings with its ledger, for commands that are run in this process. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "sluice-command-"));
  readonly ledger = { kind: "sqlite", file: join(this.path, "ledger.db") } as const;

  constructor() {
    vi.stubEnv("SLUICE_CONFIG_DIR", this.path);
    vi.stubEnv("XDG_STATE_HOME", this.path);
  }

  /** Makes the settings of an environment. */
  write(settings: { readonly environment: string } & Readonly<Record<string, unknown>>): void {
    writeFileSync(
      join(this.path, `${settings.environment}.yaml`),
      JSON.stringify({ ledger: this.ledger, ...settings }),
    );
  }

  /** Makes the ledger, with events an hour ago. */
  async append(stream: string, events: readonly LedgerEvent[]): Promise<void> {
    await initLedger(this.ledger, "2026-01-01T00:00:00.000Z", noSecrets);
    const port = await openLedger(this.ledger, { resolve: noSecrets });
    for (const [index, event] of events.entries()) {
      await port.append(stream, index + 1, event, "alice", new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString());
    }
    await port.close();
  }

  async entries(stream: string): Promise<readonly Entry[]> {
    const port = await openLedger(this.ledger, { readOnly: true, resolve: noSecrets });
    return port.read(stream).finally(() => port.close());
  }

  /** Runs a command; its document with `--json`, else its text. */
  async run(command: Command, args: readonly string[]): Promise<{ code: unknown; printed: string; said: string }> {
    let [printed, said] = ["", ""];
    const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed += String(text)), true));
    const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => ((said += String(text)), true));
    try {
      await command.parseAsync([...args], { from: "user" });
      return { code: process.exitCode, printed, said };
    } finally {
      out.mockRestore();
      err.mockRestore();
      process.exitCode = undefined;
    }
  }

  remove(): void {
    vi.unstubAllEnvs();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A host that nothing can be asked of: its key isn't on this machine. */
export const hostOfOthers = {
  engine: { kind: "ssh" },
  shell: {
    kind: "ssh",
    host: "host-a.example.com",
    privateKey: { secret: { file: "/nobody/has/this" } },
    hostKey: "ssh-ed25519 AAAA",
  },
} as const;
