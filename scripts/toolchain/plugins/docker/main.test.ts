import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";

it("bundled, prints its port and ends with its engine", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bundle-"));
  try {
    const outfile = join(folder, "plugin.mjs");
    const banner = {
      js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);',
    };
    const entryPoints = [join(import.meta.dirname, "main.ts")];
    await build({
      entryPoints,
      outfile,
      banner,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["dockerode"],
    });
    const plugin = spawn(process.execPath, [outfile, "127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const [port] = (await once(plugin.stdout, "data")) as [Buffer];
    expect(port.toString()).toMatch(/^\d+\n$/);
    plugin.stdin.end();
    expect(await once(plugin, "exit")).toEqual([0, null]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
