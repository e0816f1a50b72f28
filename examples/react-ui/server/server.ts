import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonLog } from "./log.ts";
import { readSettings, type Settings } from "./settings.ts";
import { type Running, start } from "./start.ts";
import { loadStaticFiles } from "./static-files.ts";

/** Memory taken by order; kept here so that it is never given back. */
const taken: Buffer[] = [];

async function run(settings: Settings): Promise<void> {
  const log = jsonLog(
    { version: settings.version, slot: settings.slot },
    (line) => process.stdout.write(line),
    () => new Date(),
  );
  const running = await start({ settings, files: loadStaticFiles(join(import.meta.dirname, "public")), log });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void running.stop().then(() => process.exit(0)));
  }
  const { memoryMb, crashAfterS } = settings.faults;
  if (memoryMb > 0 || crashAfterS !== undefined) await misbehave(running, memoryMb, crashAfterS);
}

async function misbehave(running: Running, memoryMb: number, crashAfterS: number | undefined): Promise<void> {
  while (!running.service.faulty()) await sleep(100, undefined, { ref: false });
  for (let megabytes = 0; megabytes < memoryMb; megabytes++) taken.push(Buffer.alloc(1024 * 1024, 1));
  if (crashAfterS === undefined) return;
  await sleep(crashAfterS * 1_000, undefined, { ref: false });
  running.service.log("error", "crash to order");
  process.exit(1);
}

try {
  await run(readSettings(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
