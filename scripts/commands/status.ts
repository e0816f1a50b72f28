import type { Command } from "commander";
import { inWords, onEveryHost, type Service } from "../../infra/driver/context.ts";
import { unfinishedReason } from "../../infra/driver/decide.ts";
import { declared, markerOn } from "../../infra/ledger/declared.ts";
import { activeRollout, quarantine, rollouts } from "../../infra/ledger/rollouts.ts";
import { slotNames } from "../../infra/model/slot.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService } from "../compose.ts";

interface Options {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function statusCommand(): Command {
  return command("status", "what serves, what each slot holds, and what every gateway really does", [
    "status prod",
    "status prod org1/react-ui --json",
  ])
    .argument("<environment>")
    .argument("[service]")
    .action((name: string, only: string | undefined, options: Options) =>
      perform(options, async ({ out, signal, verbose }) => {
        const environment = await openEnvironment(name);
        const names = only === undefined ? Object.keys(environment.settings.services) : [only];
        const found: Status[] = [];
        for (const one of names) {
          const { service, close } = await openService(environment, one, { tell: out.tell, signal, verbose });
          found.push(await statusOf(service).finally(close));
        }
        out.result({ environment: name, services: found }, found.map(asText).join("\n\n"));
        return found.every(({ agrees }) => agrees) ? exitCode.done : exitCode.unknown;
      }),
    );
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(service: Service) {
  const entries = await service.journal.foreseen();
  const stack = declared(entries);
  const { settled, slots } = stack;
  const active = activeRollout(rollouts(entries));
  const stranded = active ? null : unfinishedReason(entries);
  const hosts = await onEveryHost(service.hosts, async (host) => ({
    ...(await host.state()),
    ...(await host.probe(0)),
  }));
  // Under a rollout the gateways may be ahead of the ledger for a moment; otherwise they must say what it says.
  const differ = hosts.done
    .filter(({ host, value }) => value.settled !== markerOn(stack, settled, host))
    .map(({ host }) => host);
  return {
    service: service.name,
    settled,
    slots: Object.fromEntries(slotNames.map((slot) => [slot, slots[slot]?.revision.release ?? null])),
    rollout: active ? { id: active.id, version: active.release.version, startedAt: active.startedAt } : null,
    hosts: [
      ...hosts.done.map(({ host, value }) => ({ host, reached: true, ...value })),
      ...hosts.failed.map(({ host, reason }) => ({ host, reached: false, reason })),
    ],
    quarantine: [...quarantine(entries).values()].map(({ digest, reason, at }) => ({ digest, reason, at })),
    agrees: hosts.failed.length === 0 && stranded === null && (active !== undefined || differ.length === 0),
    differences: [
      inWords(hosts.failed),
      stranded ?? "",
      ...(active
        ? []
        : differ.map((host) => `${host} does not have ${markerOn(stack, settled, host) ?? "nothing"} settled`)),
    ].filter((text) => text !== ""),
  };
}

function asText(status: Status): string {
  const rows = slotNames.map((slot) => [
    slot,
    status.slots[slot]?.version ?? "empty",
    status.settled === slot ? "settled" : "",
    status.slots[slot]?.image ?? "",
  ]);
  const hosts = status.hosts.map((host) => [
    host.host,
    "settled" in host ? (host.settled ?? "none") : "not reached",
    "leaseTicks" in host && host.leaseTicks > 0 ? `leased for ${host.leaseTicks} ticks` : "",
  ]);
  return [
    `${status.service}${status.rollout ? `: rollout of ${status.rollout.version} under way (${status.rollout.id})` : ""}`,
    table(["slot", "release", "", "image"], rows),
    table(["host", "serves", "lease"], hosts),
    ...status.differences.map((text) => `! ${text}`),
    ...status.quarantine.map(({ digest, reason }) => `quarantined ${digest.slice(0, 19)}…: ${reason}`),
  ].join("\n");
}
