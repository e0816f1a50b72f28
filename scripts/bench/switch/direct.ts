import type { SlotName } from "../../../infra/model/slot.ts";

import type { Contestant, Place } from "./contestant.ts";
import { portsOf } from "./contestant.ts";
import { backendProgram, serve, serverFolder, type Serving } from "../serving.ts";

/** Both slots, running. */
export async function startSlots(place: Place): Promise<{ stop(): Promise<void> }> {
  const started: Serving[] = [];
  for (const slot of ["blue", "green"] as const) started.push(await startSlot(place, slot));
  return {
    stop: async () => {
      for (const slot of started) await slot.stop();
    },
  };
}

function startSlot(place: Place, slot: SlotName): Promise<Serving> {
  const folder = serverFolder();
  const port = portsOf(place)[slot];
  const argv = [process.execPath, backendProgram, slot, place.address, String(port)];
  return serve(folder, argv, { host: place.address, port });
}

/** No gateway at all: what the others' added latency is measured against. */
export function direct(place: Place): Contestant {
  return {
    name: "direct",
    how: "no gateway, no switch",
    target: { host: place.address, port: portsOf(place).blue },
    switchTo: null,
    cpuSeconds: () => 0,
    stop: () => Promise.resolve(),
  };
}
