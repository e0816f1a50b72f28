import { fileURLToPath } from "node:url";
import { createRunFolder } from "../../local/run-folder.ts";
import { type ProcessSpec, startSupervised, type Supervised } from "../../local/supervised.ts";
import type { Target } from "../load/protocol.ts";

/** The program of a slot. */
export const backendProgram = fileURLToPath(new URL("../load/backend.mjs", import.meta.url));

/** A folder for one contestant's files. */
export function contestantFolder(): string {
  return createRunFolder("bench");
}

/** Starts a server that lives as long as this process, and waits until it answers at `target`. */
export async function serve(folder: string, spec: ProcessSpec, target: Target): Promise<Supervised> {
  const supervised = await startSupervised(folder, [spec]);
  try {
    await supervised.untilReady(spec.name, () => answers(target));
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  return supervised;
}

/** Whether it answers with status 200. */
export async function answers({ host, port }: Target): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/`, { headers: { connection: "close" } });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
