import { dotted } from "../model/service-name.ts";
import type { Share } from "../model/share.ts";
import type { SlotName } from "../model/slot.ts";
import { bundle, type ConfigFile } from "./bundle.ts";
import { gatewayPaths } from "./paths.ts";
import { bucketName, bucketsOf } from "./permutation.ts";
import type { LeaseSettings } from "./ticks.ts";

/** A call of the host script as a value: run `argv` on the host with `stdin`, and parse what it prints. */
export interface HostCall {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** In whose name traffic is moved: refused on the host when the rollout has ended or a higher token was seen. */
export interface HostClaim {
  readonly token: number;
  readonly rollout: string;
  readonly slot: SlotName;
}

export type ConfigOwner = "base" | { readonly service: string };

/** Builds every call of the host script below one host's root. Services are written `org1/react-ui`. */
export function hostCalls(root: string) {
  const call = (...words: readonly (string | number)[]): HostCall => ({
    argv: [gatewayPaths(root).script, ...words.map(String)],
  });
  const owned = (owner: ConfigOwner): string => (owner === "base" ? owner : dotted(owner.service));
  return {
    serviceInit: (service: string, lease: LeaseSettings): HostCall =>
      call("service-init", dotted(service), lease.tickSeconds, lease.leaseTicks),

    settle: (service: string, token: number, slot: SlotName | null): HostCall =>
      call("settle", dotted(service), token, slot ?? "none"),

    /** `order` is the rollout's permutation; `shares` are all that the plan may ask for. */
    prepare: (service: string, claim: HostClaim, shares: readonly Share[], order: readonly number[]): HostCall => ({
      ...call("prepare", dotted(service), claim.token, claim.rollout, claim.slot, ...shares.map(shareName)),
      stdin: `${order.map(bucketName).join(" ")}\n`,
    }),

    lease: (service: string, claim: HostClaim, share: Share): HostCall =>
      call("lease", dotted(service), claim.token, claim.rollout, claim.slot, shareName(share)),

    /** Takes any overlay away, and ends the rollout on this host; without one, every rollout. */
    clear: (service: string, token: number, rollout?: string): HostCall =>
      call("clear", dotted(service), token, ...(rollout === undefined ? [] : [rollout])),

    state: (service: string): HostCall => call("state", dotted(service)),

    retireService: (service: string): HostCall => call("retire-service", dotted(service)),

    apply: (owner: ConfigOwner, files: readonly ConfigFile[]): HostCall => ({
      ...call("apply", owned(owner)),
      stdin: bundle(files),
    }),

    remove: (owner: ConfigOwner): HostCall => call("remove", owned(owner)),

    /** Counts requests since `cursor`; null starts now. */
    observe: (service: string, cursor: string | null): HostCall => call("observe", dotted(service), cursor ?? "end"),

    connections: (address: string, port: number): HostCall => call("connections", `${address}:${port}`),

    /** What of the gateway isn't as it was applied. */
    drift: (): HostCall => call("drift"),

    rotateLogs: (maxBytes: number, keep: number): HostCall => call("rotate-logs", maxBytes, keep),
  };
}

/** The one way in which a share is written in folder names: `25`, `0.5`, `0`, `copies-10`. */
export function shareName(share: Share): string {
  if (typeof share === "object") return `copies-${bucketsOf(share.copies) / 10}`;
  return share === 0 ? "0" : String(bucketsOf(share) / 10);
}
