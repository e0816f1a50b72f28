import { readSettings } from "../server/settings.ts";
import { type Running, start } from "../server/start.ts";
import type { StaticFile } from "../server/static-files.ts";

const page: StaticFile = {
  body: Buffer.from("<!doctype html><title>page</title>"),
  type: "text/html; charset=utf-8",
  etag: '"page"',
  cacheControl: "no-cache",
};

/** The server with these environment variables, on a free loopback port; log lines are collected. */
export async function startWith(env: Record<string, string> = {}, random?: () => number) {
  const lines: string[] = [];
  const running: Running = await start({
    settings: readSettings({ HOST: "127.0.0.1", PORT: "0", DRAIN_DELAY_MS: "0", ...env }),
    files: new Map([["/", page]]),
    log: (level, message) => lines.push(`${level} ${message}`),
    ...(random ? { random } : {}),
  });
  return { ...running, lines };
}
