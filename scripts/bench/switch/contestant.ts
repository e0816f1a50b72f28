import type { SlotName } from "../../../infra/model/slot.ts";
import type { Target } from "../load/protocol.ts";

/** One way of bringing all traffic from one slot to the other, ready to be switched. */
export interface Contestant {
  readonly name: string;
  /** What a switch is here, in the command that makes it. */
  readonly how: string;
  /** Where users reach it. */
  readonly target: Target;
  /**
   * Moves all traffic. What a rollout would have done long before comes first; `begin` is called where the users' move
   * begins. `null` is a contestant that has nothing to switch.
   */
  readonly switchTo: ((slot: SlotName, begin: () => void) => Promise<void>) | null;
  /** Processor time that the gateway has used; 0 without one. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/** Where the contestants of one run are: an address of its own and the first of 20 ports. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export const portsOf = ({ port }: Place) => ({
  blue: port,
  green: port + 1,
  recreated: port + 2,
  sluiceStatus: port + 3,
  // The gateway's site is at the port behind its status endpoint.
  sluice: port + 4,
  reload: port + 5,
  recreate: port + 6,
  haproxy: port + 7,
  traefik: port + 8,
});
