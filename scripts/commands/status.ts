import type { Command } from "commander";
import { inWords, onEveryHost } from "../../infra/driver/context.ts";
import { unfinishedReason } from "../../infra/driver/decide.ts";
import { driftOf } from "../../infra/driver/drift.ts";
import { replay, type Replayed } from "../../infra/driver/replay.ts";
import { declared, markerOn } from "../../infra/ledger/declared.ts";
import { activeRollout, quarantine, type Rollout, rollouts } from "../../infra/ledger/rollouts.ts";
import { slotNames } from "../../infra/model/slot.ts";
import { standing, waitsForPerson } from "../../infra/rollout/in-words.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService, type Opened } from "../compose.ts";

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
          const opened = await openService(environment, one, { tell: out.tell, signal, verbose });
          found.push(await statusOf(opened).finally(opened.close));
        }
        out.result({ environment: name, services: found }, found.map((one) => asText(name, one)).join("\n\n"));
        return found.every(({ agrees }) => agrees) ? exitCode.done : exitCode.unknown;
      }),
    );
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf({ service, driver }: Opened) {
  const entries = await service.journal.foreseen();
  const stack = declared(entries);
  const { settled, slots } = stack;
  const active = activeRollout(rollouts(entries));
  const replayed = active ? replay(entries, service.clock) : null;
  const rollout = active ? underWay(active, replayed, await driver()) : null;
  const stranded = active ? null : unfinishedReason(entries);
  const hosts = await onEveryHost(service.hosts, async (host) => ({
    ...(await host.state()),
    ...(await host.probe(0)),
  }));
  // While slots are filled, they aren't as declared for a moment.
  const changed = active && replayed?.state.phase !== "shifting" ? [] : await driftOf(service);
  // Under a rollout the gateways may be ahead of the ledger for a moment; otherwise they must say what it says.
  const differ = hosts.done
    .filter(({ host, value }) => value.settled !== markerOn(stack, settled, host))
    .map(({ host }) => host);
  return {
    service: service.name,
    settled,
    slots: Object.fromEntries(slotNames.map((slot) => [slot, slots[slot]?.revision.release ?? null])),
    rollout,
    hosts: [
      ...hosts.done.map(({ host, value }) => ({ host, reached: true, ...value })),
      ...hosts.failed.map(({ host, reason }) => ({ host, reached: false, reason })),
    ],
    quarantine: [...quarantine(entries).values()].map(({ digest, reason, at }) => ({ digest, reason, at })),
    agrees:
      hosts.failed.length === 0 &&
      changed.length === 0 &&
      stranded === null &&
      (active !== undefined || differ.length === 0),
    differences: [
      inWords(hosts.failed),
      stranded ?? "",
      ...changed,
      ...(active
        ? []
        : differ.map((host) => `${host} does not have ${markerOn(stack, settled, host) ?? "nothing"} settled`)),
    ].filter((text) => text !== ""),
  };
}

/** What goes on, who carries it through, and whether it waits for a person. */
function underWay({ id, release, startedAt }: Rollout, replayed: Replayed | null, driver: string | null) {
  const own = replayed?.started.rollout === id ? replayed : null;
  return {
    id,
    version: release.version,
    startedAt,
    driver,
    standing: own ? standing(own.started.plan, own.state) : "requested; nothing is touched yet",
    waitsForPerson: own !== null && waitsForPerson(own.started.plan, own.state),
  };
}

function rolloutAsText({ rollout, service }: Status, environment: string): readonly string[] {
  if (!rollout) return [];
  const { id, version, driver, waitsForPerson: waits } = rollout;
  return [
    `${version} (${id}): ${rollout.standing}`,
    driver === null ? `nobody drives it: sluice resume ${environment} ${service}` : `driven by ${driver}`,
    ...(waits ? [`it goes on by: sluice continue ${environment} ${service}`] : []),
  ];
}

function asText(environment: string, status: Status): string {
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
    status.service,
    ...rolloutAsText(status, environment),
    table(["slot", "release", "", "image"], rows),
    table(["host", "serves", "lease"], hosts),
    ...status.differences.map((text) => `! ${text}`),
    ...status.quarantine.map(({ digest, reason }) => `quarantined ${digest.slice(0, 19)}…: ${reason}`),
  ].join("\n");
}
