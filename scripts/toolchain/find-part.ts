import { globSync } from "node:fs";
import { answers, dockerSocket } from "./docker-engine.ts";
import { findCommand } from "./find-command.ts";
import { OS_PARTS, type OsPartName } from "./os-parts.ts";

/** Where a part of the operating system is, if the machine has it. */
export async function findPart(name: OsPartName): Promise<string | undefined> {
  for (const candidate of OS_PARTS[name].anyOf) {
    const path = candidate.startsWith("/") ? globSync(candidate).sort().at(-1) : findCommand(candidate);
    if (path !== undefined) return path;
  }
  // Without a daemon of its own a machine may still have a Docker that runs, which is used as it is.
  return name === "docker" && (await answers(dockerSocket())) ? dockerSocket() : undefined;
}

/** Those of the parts that the machine hasn't got. */
export async function missingParts(names: readonly OsPartName[]): Promise<OsPartName[]> {
  const found = await Promise.all(names.map(findPart));
  return names.filter((_, index) => found[index] === undefined);
}
