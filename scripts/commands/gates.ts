import type { Command } from "commander";
import { circumstancesOf } from "../../infra/driver/circumstances.ts";
import { decide, gatesOf, notAsked } from "../../infra/driver/decide.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService } from "../compose.ts";
import { takingRelease } from "./release.ts";
import { wantedOf, type WantedOptions } from "./wanted.ts";

interface Options extends WantedOptions {
  readonly json?: boolean;
}

export function gatesCommand(): Command {
  return takingRelease(
    command("gates", "every gate that a release would have to pass, its inputs and its answer; changes nothing", [
      "gates prod org1/react-ui 1.4.2",
      "gates prod org1/react-ui 1.4.2 --image ghcr.io/org1/react-ui@sha256:<digest> --json",
    ]),
  )
    .option("--scan <file>", "report of the image's scan, by Trivy or Grype, for the gate of that name")
    .option("--breaking <file>", "what `sluice breaking --json` wrote, for the gate of that name")
    .action((name: string, serviceName: string, version: string, options: Options) =>
      perform(options, async ({ out, signal }) => {
        const environment = await openEnvironment(name);
        const opening = { tell: out.tell, signal, hosts: "none" } as const;
        const { service, close } = await openService(environment, serviceName, opening);
        try {
          const wanted = await wantedOf(environment, serviceName, version, options);
          const { release } = wanted.revision;
          const [entries, around] = [await service.journal.foreseen(), await circumstancesOf(service, wanted)];
          const decision = decide(entries, wanted, around);
          const gates = gatesOf(entries, wanted, around);
          const others = notAsked(service.gates);
          const allowed = decision.kind === "go" || decision.kind === "alreadySettled";
          const reason = decision.kind === "go" ? null : decision.reason;
          const rows = [
            ...gates.map(({ gate, allowed: may, reason: why, inputs }) => [
              gate,
              may ? "allowed" : "denied",
              why,
              inWords(inputs),
            ]),
            ...others.map(({ gate, setting }) => [gate, "not asked", `${setting} would ask it`, ""]),
          ];
          // What the gates deny stands in the table.
          const beside = decision.kind === "busy" || decision.kind === "alreadySettled" ? `\n${decision.reason}` : "";
          out.result(
            {
              environment: name,
              service: serviceName,
              release,
              allowed,
              decision: decision.kind,
              reason,
              gates,
              notAsked: others,
            },
            `${table(["gate", "answer", "why", "inputs"], rows)}${beside}`,
          );
          return allowed ? exitCode.done : exitCode.refused;
        } finally {
          await close();
        }
      }),
    );
}

/** What a gate looked at, a line each; what is nested is in the JSON. */
function inWords(inputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}
