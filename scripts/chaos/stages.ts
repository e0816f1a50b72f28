import type { WrittenSettings } from "../../stacks/testing/settings.ts";
import { DockerDaemon } from "../e2e/testing/docker-daemon.ts";
import type { Releases } from "../e2e/testing/releases.ts";
import { canaryBy, startStage } from "../e2e/testing/stage.ts";
import { lineTo } from "../e2e/testing/outage.ts";
import { Users } from "../e2e/testing/users.ts";
import { bound } from "./bound.ts";
import { startPages } from "./pages.ts";
import { mountSmallRoot, type Victim } from "./faults.ts";
import { HostCampaign } from "./hosts.ts";
import { KillCampaign } from "./kills.ts";

/** Where a campaign is carried out; several may run at once on addresses of their own. */
export interface Where {
  /** First three numbers of its loopback addresses: `127.0.83`. */
  readonly block: string;
  /** First of the 10 ports that it takes. */
  readonly port: number;
}

interface Staged<Campaign> {
  readonly campaign: Campaign;
  /** Versions that nothing has been done with yet, ascending. */
  readonly versions: readonly string[];
  readonly stop: () => Promise<void>;
}

/** Two hosts and a canary of two steps, for as many rollouts as asked for. */
export function killStage(where: Where, rollouts: number): Promise<Staged<KillCampaign>> {
  return staged(async (ends) => {
    const versions = minors(rollouts);
    // All of one image: nothing is wrong with any of them.
    const releases = Object.fromEntries(["1.0.0", ...versions].map((version) => [version, null]));
    const stage = await startStage({ ...where, releases, change: canary });
    ends.push(() => stage.stop());
    await stage.bringUp("1.0.0");
    const users = new Users({ gateways: stage.gateways, users: 2 });
    ends.push(() => users.stop());
    return { campaign: new KillCampaign(stage, users), versions };
  });
}

/** Five hosts, one of which can be struck, and a canary of two steps. */
export function hostStage(where: Where, rollouts: number): Promise<Staged<HostCampaign>> {
  return staged(async (ends) => {
    const versions = minors(rollouts);
    // An image each: what one of them is blamed for must not stop the others.
    const releases: Releases = { "1.0.0": null, ...Object.fromEntries(versions.map((version) => [version, {}])) };
    const struck: Victim[] = [];
    const pages = await startPages(where.block);
    ends.push(() => pages.stop());
    const change = (settings: WrittenSettings) => {
      canary(settings);
      // An engine that hangs costs as much, and no more.
      settings.pulumi = { upSeconds: 60 };
      settings.notifications = {
        pager: {
          kind: "webhook",
          url: { secret: { env: "CHAOS_HOOK" } },
          signingSecret: { secret: { env: "CHAOS_SIGNING" } },
          on: ["stranded", "rolledBack"],
        },
      };
      for (const { host, line } of struck) {
        const shell = settings.hosts[host.name]?.shell;
        if (shell?.kind === "ssh") Object.assign(shell, { host: host.address, port: line.port });
      }
    };
    const stage = await startStage({ ...where, hosts: 5, releases, change });
    ends.push(() => stage.stop());
    Object.assign(stage.env, {
      CHAOS_HOOK: pages.url,
      CHAOS_SIGNING: `whsec_${Buffer.from("s".repeat(24)).toString("base64")}`,
    });
    const [, host] = stage.world.hosts;
    if (host?.shell.kind !== "ssh") throw new TypeError("no host behind an sshd");
    const line = await lineTo(host.shell, host.address);
    ends.push(() => line.close());
    const unmount = mountSmallRoot(host);
    ends.push(() => Promise.resolve(unmount()));
    const victim = { host, line, daemon: new DockerDaemon(host) };
    struck.push(victim);
    stage.write();
    await stage.bringUp("1.0.0");
    // Each release changes the route, so that preparing it reloads the gateways.
    const users = new Users({ gateways: stage.gateways, users: 2, keepAlive: false });
    ends.push(() => users.stop());
    return { campaign: new HostCampaign({ stage, users, victim, pages, bound }), versions };
  });
}

async function staged<Made extends object>(
  make: (ends: (() => Promise<void>)[]) => Promise<Made>,
): Promise<Made & { readonly stop: () => Promise<void> }> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await make(ends)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function minors(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `1.${index + 1}.0`);
}

function canary(settings: WrittenSettings): void {
  canaryBy(settings, {
    watch: { intervalSeconds: 1, maxP95Milliseconds: 10_000 },
    canary: {
      steps: [
        { percent: 25, minSeconds: 2, holdSeconds: 2 },
        { percent: 100, minSeconds: 2, holdSeconds: 2 },
      ],
    },
  });
}
