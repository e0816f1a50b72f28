import type { LedgerSettings } from "../../../model/settings/environment.ts";
import { ConflictError } from "../../../model/errors.ts";
import { secretsFrom } from "../../secrets.ts";
import { openLedger } from "../index.ts";

/** A process of its own that appends: `append-loop.ts SETTINGS STREAM NAME COUNT`. Prints each number that it won. */
const [settings = "", stream = "", name = "", count = "0"] = process.argv.slice(2);
const ledger = await openLedger(JSON.parse(settings) as LedgerSettings, secretsFrom(process.env));
let won = 0;
while (won < Number(count)) {
  const sequence = (await ledger.read(stream)).length + 1;
  try {
    await ledger.append(stream, sequence, { kind: "resumed", rollout: name }, name, new Date().toISOString());
    won++;
    process.stdout.write(`${String(sequence)}\n`);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
await ledger.close();
