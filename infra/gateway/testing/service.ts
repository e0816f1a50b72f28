import type { HostClaim } from "../host-call.ts";
import { bucketName, permutation } from "../permutation.ts";
import type { Share } from "../../model/share.ts";
import type { RouteConfigInput } from "../render/config.ts";
import { Backend } from "./backend.ts";
import type { TestHost } from "./host.ts";

/** Ticks that a lease has in the tests: enough for a slow machine to look at it before it lapses. */
export const testLeaseTicks = 20;

/** One service with both slots running behind a test host's gateway, with ticks of a second. */
export class TestService {
  readonly host: TestHost;
  readonly name: string;
  readonly route: RouteConfigInput;
  readonly blue = new Backend("blue");
  readonly green = new Backend("green");
  readonly order = permutation("test");
  /** In the order, the bucket that is leased first, and the one that is leased last. */
  readonly first = bucketName(this.order[0] ?? 0);
  readonly last = bucketName(this.order[999] ?? 0);

  constructor(host: TestHost, name: string, firstPort: number, change: Partial<RouteConfigInput> = {}) {
    const at = (port: number) => ({ address: host.address, port });
    this.host = host;
    this.name = name;
    this.route = {
      service: name,
      site: "main",
      tickSeconds: 1,
      slots: { blue: at(firstPort), green: at(firstPort + 1) },
      ...change,
    };
  }

  async up(): Promise<void> {
    await this.blue.listen(this.route.slots.blue.address, this.route.slots.blue.port);
    await this.green.listen(this.route.slots.green.address, this.route.slots.green.port);
    await this.init(testLeaseTicks);
    await this.host.applyRoute(this.route);
  }

  async down(): Promise<void> {
    await this.blue.close();
    await this.green.close();
  }

  init(leaseTicks: number) {
    return this.host.run(this.host.calls.serviceInit(this.name, { tickSeconds: 1, leaseTicks }));
  }

  settle(token: number, slot: "blue" | "green" | null) {
    return this.host.run(this.host.calls.settle(this.name, token, slot));
  }

  prepare(claim: HostClaim, shares: readonly Share[]) {
    return this.host.run(this.host.calls.prepare(this.name, claim, shares, this.order));
  }

  lease(claim: HostClaim, share: Share) {
    return this.host.run(this.host.calls.lease(this.name, claim, share));
  }

  clear(token: number, rollout?: string) {
    return this.host.run(this.host.calls.clear(this.name, token, rollout));
  }

  routing(bucket: string) {
    return this.host.routing(this.name, bucket);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
