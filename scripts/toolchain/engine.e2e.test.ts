import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Run } from "./testing/run.ts";

// A `go` that takes seconds, not minutes, and notes each build: the locks, the cache and the processes are real.
const GO = `#!/bin/sh
if [ "$1" = version ]; then echo "go version go1.26.0 linux/amd64"; exit 0; fi
echo build >>"$BUILDS"
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\n' >"$2"
sleep 3
chmod 755 "$2"
`;
const SCRIPT = `
import { ensureEngine } from ${JSON.stringify(new URL("engine.ts", import.meta.url).href)};
console.log("engine at " + (await ensureEngine((line) => console.log(line))));
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  writeFileSync(join(folder, "go"), GO);
  chmodSync(join(folder, "go"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engine = (): string => join(folder, "cache", "pulumi-3.259.0", "bin", "pulumi");
const builds = (): number => readFileSync(join(folder, "builds"), "utf8").trim().split("\n").length;
const start = (): Run =>
  new Run([process.execPath, "--input-type=module", "--eval", SCRIPT], {
    env: {
      ...process.env,
      PATH: `${folder}:${process.env["PATH"]}`,
      SLUICE_CACHE: join(folder, "cache"),
      BUILDS: join(folder, "builds"),
    },
  });

describe("the engine's build", () => {
  it("is made once by two that start together; the second one says that it waits", async () => {
    const first = start();
    await first.said("Building the Pulumi engine");
    const [a, b] = await Promise.all([first.ended, start().ended]);
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(a.output).toContain(`engine at ${engine()}`);
    expect(b.output).toContain(`waiting for another set-up (process ${first.pid})`);
    expect(b.output).toContain(`engine at ${engine()}`);
    expect(builds()).toBe(1);
  });

  it("leaves nothing half made when it is killed, and the next one finishes", async () => {
    const killed = start();
    await killed.said("Building the Pulumi engine");
    killed.kill();
    expect(existsSync(engine())).toBe(false);
    expect((await start().ended).code).toBe(0);
    expect(existsSync(engine())).toBe(true);
    expect(existsSync(join(folder, "cache", "tmp-pulumi-3.259.0"))).toBe(false);
  });
});
