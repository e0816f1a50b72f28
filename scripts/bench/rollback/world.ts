import { streamOf } from "../../../infra/ledger/event.ts";
import { initLedger } from "../../../infra/adapters/ledger/index.ts";
import { secretsFrom } from "../../../infra/adapters/secrets.ts";
import { startWorld, type World, type WorldOptions } from "../../../stacks/testing/world.ts";
import { type LocalPostgres, startPostgres } from "../../local/postgres.ts";
import { ledgerLine, type LedgerLine } from "./ledger-line.ts";

/** A service with both slots filled on two hosts, blue settled, and its ledger behind a line that can be cut. */
export interface RollbackWorld {
  readonly world: World;
  readonly line: LedgerLine;
  stop(): Promise<void>;
}

export const service = "org1/web";
export const stream = streamOf("local", service);

export async function startRollbackWorld(options: WorldOptions, say: (text: string) => void): Promise<RollbackWorld> {
  const world = await startWorld(options);
  let postgres: LocalPostgres | undefined;
  let line: LedgerLine | undefined;
  const stop = async () => {
    line?.stop();
    await postgres?.stop();
    await world.stop();
  };
  try {
    postgres = await startPostgres({ address: `${options.block}.9` });
    line = await ledgerLine(`${options.block}.9`, postgres);
    const { user, password, database } = postgres;
    const url = `postgresql://${user}:${password}@${options.block}.9:${line.port}/${database}`;
    process.env["BENCH_LEDGER_URL"] = url;
    Object.assign(world.variables, { BENCH_LEDGER_URL: url });
    world.write((settings) => {
      settings.ledger = { kind: "postgres", url: { secret: { env: "BENCH_LEDGER_URL" } } };
      const web = settings.services?.[service];
      if (web) web.strategy = { ...web.strategy, tickSeconds: 10 };
    });
    const { resolve } = secretsFrom(process.env);
    await initLedger((await world.settings()).ledger, new Date().toISOString(), resolve);
    await fillBoth(world, say);
    return { world, line, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function fillBoth(world: World, say: (text: string) => void): Promise<void> {
  const engine = world.engine();
  say("bringing up the environment");
  await engine.up("local");
  say("bringing up the service, both slots filled");
  await world.fill("blue", "1.0.0");
  await world.append({ kind: "promoted", rollout: "1.0.0", slot: "blue" });
  await world.fill("green", "1.1.0");
  await engine.up(`local.org1.web`);
}
