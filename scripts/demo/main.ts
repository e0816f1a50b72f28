import { parseArgs } from "node:util";
import { explain } from "../cli/exit.ts";
import { exportLines } from "../cli/exports.ts";
import { table } from "../cli/table.ts";
import { localVariables } from "../local/environment.ts";
import { type Kept, startKept } from "../local/keeping.ts";
import { setUp } from "../toolchain/set-up.ts";
import { type Act, acts, judgeAct } from "./acts.ts";
import { sluice } from "./sluice.ts";
import { type Seen, startTraffic, type Traffic } from "./traffic.ts";

const service = "org1/react-ui";
const gateways = ["http://127.0.1.1:8080", "http://127.0.2.1:8080"];

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** What came of one act. */
interface Row {
  readonly act: Act;
  readonly outcome: string;
  readonly seen: Seen;
  readonly rollbackMilliseconds: number | null;
  readonly faults: readonly string[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!stopped.signal.aborted) say("\nStopping; everything that was started is cleaned up.");
      stopped.abort();
    });
  }
  const began = Date.now();
  say("Setting up what the demo needs (the first time takes minutes, later times seconds)");
  await setUp(undefined, (text) => say(`  ${text}`));
  say("\nBringing up two hosts, host-b behind a real SSH server, and an image registry with the sample's releases");
  const kept = await startKept((text) => say(`  ${text}`));
  let traffic: Traffic | undefined;
  try {
    if (stopped.signal.aborted) return 130;
    const env = localVariables();
    await must(["ledger", "init", "local"], env, stopped.signal);
    await must(["up", "local"], env, stopped.signal);
    say(
      "\nThe waits are shorter than the defaults, so that a rollout takes a minute: 10 private tries 1 s apart (default",
    );
    say("30 tries, 10 s), a watch of 20 s with a look every 2 s (default 5 minutes, 10 s).");
    const rows: Row[] = [];
    for (const act of acts) {
      say(`\n=== ${act.title}`);
      traffic?.take();
      const { document, exitCode } = await sluice(["rollout", "local", service, act.version], env, stopped.signal);
      if (!traffic) traffic = startTraffic(gateways);
      else await settle();
      const outcome = typeof document["outcome"] === "string" ? document["outcome"] : `exit code ${exitCode}`;
      const seen = traffic.take();
      const rollbackMilliseconds = numberOrNull(document["rollbackMilliseconds"]);
      rows.push({ act, outcome, seen, rollbackMilliseconds, faults: judgeAct(act, { outcome, exitCode, seen }) });
    }
    say("");
    process.stdout.write(`${summary(rows)}\n`);
    const faults = rows.flatMap(({ faults }) => faults);
    for (const fault of faults) say(`NOT AS IT SHOULD BE: ${fault}`);
    say(`\nThe demo took ${Math.round((Date.now() - began) / 1000)} s.`);
    if (values.keep && faults.length === 0) leave(kept, env);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await traffic?.stop();
    if (!values.keep || stopped.signal.aborted) {
      say("Cleaning up");
      await kept.stop();
    }
  }
}

async function must(args: readonly string[], env: Record<string, string>, signal: AbortSignal): Promise<void> {
  const { exitCode } = await sluice(args, env, signal);
  if (exitCode !== 0) throw new Error(`sluice ${args.join(" ")} ended with exit code ${exitCode}`);
}

/** Lets users ask on for a moment after a rollout: what they get then counts, too. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_000));
}

function summary(rows: readonly Row[]): string {
  return table(
    ["release", "outcome", "requests sent", "requests failed", "seconds to roll back", "versions that users saw"],
    rows.map(({ act, outcome, seen, rollbackMilliseconds }) => [
      act.version,
      outcome,
      act.underTraffic ? seen.sent : "-",
      act.underTraffic ? seen.failed : "-",
      rollbackMilliseconds === null || outcome === "promoted" ? "-" : (rollbackMilliseconds / 1000).toFixed(2),
      act.underTraffic ? Object.keys(seen.versions).sort().join(", ") : "-",
    ]),
  );
}

function leave(kept: Kept, env: Record<string, string>): void {
  kept.leave();
  say(`\nIt keeps running:\n${gateways.map((gateway) => `  ${gateway}`).join("\n")}`);
  say("Try it by hand, with this environment:");
  for (const line of exportLines(env)) say(`  ${line}`);
  say(`  npx sluice status local\n  npx sluice rollback local ${service}\nEnd it with:\n  npx sluice local stop`);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = explain(error);
  say(message);
  process.exitCode = code;
}
