import type Docker from "dockerode";
import { type z } from "zod";
import type { Claim, Clients, HostPort, Routing } from "../driver/ports.ts";
import {
  bucketHeader,
  clearReply,
  driftReply,
  connectionsReply,
  heartbeatPath,
  type HostCall,
  hostCalls,
  leaseReply,
  observeReply,
  parseHostReply,
  prepareReply,
  rotateReply,
  settleReply,
  slotHeader,
  stateReply,
  statusAnswer,
  tallies,
  testersBucket,
  throughHost,
} from "../gateway/index.ts";
import { bucketName } from "../gateway/permutation.ts";
import { ConflictError, UnknownError } from "../model/errors.ts";
import { slotContainerName } from "../model/names.ts";
import { dotted } from "../model/service-name.ts";
import { type SlotName, slotNames } from "../model/slot.ts";
import { ask, type Asked } from "./http.ts";
import { containerDrift } from "./container-drift.ts";
import { containerUsage } from "./container-usage.ts";
import { collectImages, engineAnswers, inspected, oursAmong, removeContainers } from "./docker-engine.ts";
import { type HostShell, quote } from "./shell/shell.ts";

/** Where one service is on one host. */
export interface GatewayHostOptions {
  readonly environment: string;
  readonly host: string;
  /** `org1/react-ui` */
  readonly service: string;
  readonly root: string;
  readonly site: string;
  readonly status: { readonly address: string; readonly port: number };
  /** Fixed address of each slot, as the host reaches it. */
  readonly slots: Readonly<Record<SlotName, { readonly address: string; readonly port: number }>>;
  readonly logs: { readonly maxBytes: number; readonly keep: number };
  readonly shell: HostShell;
  /** How a person gets a shell there from where Sluice runs: `["ssh", "-p", "22", "deploy@10.0.0.5"]`; empty when it is here. */
  readonly login: readonly string[];
  readonly engine: Docker;
}

/** Time limit of one call of the host script, in milliseconds; the script itself waits 5 s at most for a lock. */
const callTimeout = 10_000;
const probeTimeout = 3_000;

/** One service on one host, through the host's shell, the gateway's private listener and the Docker Engine API. */
export function gatewayHost(options: GatewayHostOptions): HostPort {
  const { shell, service, host, status, slots, engine } = options;
  const calls = hostCalls(options.root);
  const keeper = `keep.sluice.invalid/${options.environment}/${dotted(service)}`;
  const container = (slot: SlotName) => slotContainerName(options, service, slot);

  async function call<T>({ argv, stdin }: HostCall, schema: z.ZodType<T>): Promise<T> {
    const ran = await shell.run(argv, { timeoutMs: callTimeout, ...(stdin === undefined ? {} : { stdin }) });
    const reply = parseHostReply(schema, ran.stdout, ran.stderr);
    switch (reply.kind) {
      case "done":
        return reply.value;
      case "refused":
        if (/^token \d+ is older/.test(reply.message)) throw new ConflictError(`${host}: ${reply.message}`);
        throw new UnknownError(reply.message);
      case "failed":
        throw new UnknownError(reply.message);
    }
  }

  async function base(address: string, port: number): Promise<string> {
    const reached = await shell.reach(address, port);
    return `http://${reached.host}:${reached.port}`;
  }

  return {
    name: host,
    prepare: async (claim, shares, order) => {
      await call(calls.prepare(service, claim, shares, order), prepareReply);
    },
    lease: async (claim, share) => {
      await call(calls.lease(service, claim, share), leaseReply);
    },
    clear: async ({ token, rollout }: Pick<Claim, "token" | "rollout">) => {
      await call(calls.clear(service, token, rollout), clearReply);
    },
    settle: async (token, slot) => {
      await call(calls.settle(service, token, slot), settleReply);
    },
    state: async () => {
      const { settled, token, leaseTicks } = await call(calls.state(service), stateReply);
      return { settled: slotOf(settled), token, leaseTicks };
    },
    probe: async (clients): Promise<Routing> => {
      const url = `${await base(status.address, status.port)}/${dotted(service)}?bucket=${nameOf(clients)}`;
      const answer = await ask(url, probeTimeout);
      if (answer.kind === "failed") throw new UnknownError(`the gateway's status endpoint: ${answer.reason}`);
      if (answer.status !== 200) throw new UnknownError(`the gateway's status endpoint answers ${answer.status}`);
      const said = statusAnswer.parse(JSON.parse(answer.body));
      return { settled: slotOf(said.settled), target: slotOf(said.target), copies: slotOf(said.copies) };
    },
    ask: async (slot, path, timeoutMs) => ask(`${await base(slots[slot].address, slots[slot].port)}${path}`, timeoutMs),
    askThrough: async (clients, path, timeoutMs) => {
      const headers = { host: throughHost(options.site), [bucketHeader]: nameOf(clients) };
      const answer = await ask(`${await base(status.address, status.port)}${path}`, timeoutMs, headers);
      return { ...answer, slot: answeredBy(answer) };
    },
    url: (slot) => base(slots[slot].address, slots[slot].port),
    observe: async (cursor) => {
      const reply = await call(calls.observe(service, cursor), observeReply);
      const { blue, green, copies, originals } = tallies(reply);
      return { cursor: reply.cursor, gap: reply.gap, slots: { blue, green }, shadow: { copies, originals } };
    },
    byHand: ({ token, rollout }, marker) =>
      [
        calls.clear(service, token, rollout),
        ...(marker === undefined ? [] : [calls.settle(service, token, marker)]),
      ].map(({ argv }) => {
        const there = argv.map(quote).join(" ");
        return options.login.length === 0 ? there : `${options.login.map(quote).join(" ")} ${quote(there)}`;
      }),
    beat: async () => {
      const answer = await ask(`${await base(status.address, status.port)}${heartbeatPath}`, probeTimeout);
      if (answer.kind === "failed") throw new UnknownError(`the gateway's heartbeat: ${answer.reason}`);
      if (answer.status !== 204)
        throw new UnknownError(
          `the gateway logs no heartbeat (its status endpoint answers ${answer.status}): give the host an \`exporter\` and run \`sluice up\``,
        );
    },
    connections: async (slot) => {
      const reply = await call(calls.connections(slots[slot].address, slots[slot].port), connectionsReply);
      return reply.connections;
    },
    drift: async (wanted) => {
      const [gateway, ...seen] = await Promise.all([
        call(calls.drift(), driftReply),
        ...slotNames.map((slot) => inspected(engine, container(slot))),
      ]);
      const containers = slotNames.flatMap((slot, index) =>
        containerDrift(container(slot), seen[index] ?? null, wanted[slot]),
      );
      const [blue = null, green = null] = seen.map((one) => one?.State.StartedAt ?? null);
      return { findings: [...gatewayDrift(gateway), ...containers], startedAt: { blue, green } };
    },
    usage: (slot) => containerUsage(engine, container(slot)),
    engineAnswers: (timeoutMs) => engineAnswers(engine, timeoutMs),
    containersIn: (slots) => oursAmong(engine, slots.map(container)),
    collect: async (images, containers) => {
      const { maxBytes, keep } = options.logs;
      const { rotated } = await call(calls.rotateLogs(maxBytes, keep), rotateReply);
      const removed = await removeContainers(engine, containers);
      return [...rotated, ...removed, ...(await collectImages(engine, keeper, images))];
    },
    close: () => shell.close(),
  };
}

function gatewayDrift({ live, running, edited }: z.output<typeof driftReply>): readonly string[] {
  if (live === null) return [];
  const found = edited.map((file) => `the gateway's ${file} isn't as it was applied`);
  if (running === null) found.push("the gateway doesn't answer");
  else if (running !== live) found.push(`the gateway runs generation ${running}, and ${live} was applied`);
  return found;
}

function nameOf(clients: Clients): string {
  return clients === "testers" ? testersBucket : bucketName(clients);
}

function slotOf(name: string): SlotName | null {
  return slotNames.find((slot) => slot === name) ?? null;
}

function answeredBy({ headers }: Asked): SlotName | null {
  const said = headers[slotHeader.toLowerCase()];
  return typeof said === "string" ? slotOf(said) : null;
}
