import { createHash } from "node:crypto";
import { globSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../../../stacks/testing/world.ts";

/** Everything that a command could have touched: two that are equal mean that it touched nothing. */
export interface Snapshot {
  /** Hash of the last entry of each stream. */
  readonly ledger: Readonly<Record<string, string>>;
  /** Files and links below the hosts' roots with a hash of what they hold; logs and leases under way left out. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly containers: readonly Readonly<Record<string, string>>[];
  /** Pulumi's stacks as its backend holds them. */
  readonly stacks: Readonly<Record<string, string>>;
}

export async function snapshot(world: World): Promise<Snapshot> {
  return {
    ledger: await heads(world),
    hosts: Object.assign({}, ...world.hosts.map(({ name, root }) => hashes(join(root, "sluice"), name))) as Record<
      string,
      string
    >,
    containers: await Promise.all(world.hosts.map((_, index) => world.containers(index))),
    stacks: hashes(join(world.state, ".pulumi", "stacks"), "", "**/*.json"),
  };
}

async function heads(world: World): Promise<Record<string, string>> {
  const ledger = await world.open();
  try {
    const found: Record<string, string> = {};
    for (const stream of await ledger.streams()) found[stream] = (await ledger.read(stream)).at(-1)?.hash ?? "";
    return found;
  } finally {
    await ledger.close();
  }
}

function hashes(folder: string, prefix: string, pattern = "**/*"): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of globSync(pattern, { cwd: folder, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = `${prefix}${path.slice(folder.length)}`;
    if (entry.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else if (statSync(path).isFile()) found[name] = createHash("sha256").update(readFileSync(path)).digest("hex");
  }
  return found;
}
