import { type GateDecision, isForPeople } from "../../gates/decision.ts";
import { voidBecause } from "../../gates/request/answers.ts";
import type { RequestSource } from "../../gates/request/source.ts";
import type { Asked } from "../../gates/signed/approval.ts";
import { requestText } from "../../gates/request/text.ts";
import { declared } from "../../ledger/declared.ts";
import type { Entry } from "../../ledger/event.ts";
import type { ApprovalSettings } from "../../model/settings/approval.ts";
import { otherSlot } from "../../model/slot.ts";
import { planInWords } from "../../rollout/plan-in-words.ts";
import { appendAside } from "../append-aside.ts";
import { circumstancesOf } from "../circumstances.ts";
import type { Service } from "../context.ts";
import { decide, type Wanted } from "../decide.ts";
import type { RequestPort } from "../ports.ts";
import { askedOf } from "./asked.ts";

type Text = Parameters<RequestPort["open"]>[0];

/** How often is looked whether somebody answered, in milliseconds: GitHub allows 5,000 questions an hour. */
const lookEvery = 15_000;

/**
 * Where nothing but approvals is missing: opens an issue on which people can give them, unless there is one, and waits
 * until they came, somebody is against it, or so many minutes have passed. What came of it is for the gates to say.
 *
 * @param rollout the one that begins if they agree
 */
export async function askForApproval(
  service: Service,
  rollout: string,
  wanted: Wanted,
  waitMinutes: number,
): Promise<void> {
  const { clock, journal, signal, tell, environment, name, gates } = service;
  const asked = askedOf({ environment, service: name, gates }, wanted);
  const until = clock.steady() + waitMinutes * 60_000;
  let said = "";
  let isOpened = false;
  for (;;) {
    const around = await circumstancesOf(service, wanted);
    const entries = await journal.foreseen();
    const decision = decide(entries, wanted, around);
    if (decision.kind !== "refused") return;
    const denied = decision.gates.filter(({ allowed }) => !allowed);
    if (!denied.every(isForPeople)) return;
    const breaking = acknowledgeable(decision.gates);
    if (service.requests && !isOpened && isUnasked(around.request, asked, breaking)) {
      isOpened = true;
      const text = textFor(service, asked, wanted, decision.gates, entries);
      await open(service, service.requests, { rollout, asked, wanted, text, breaking });
      continue;
    }
    if (signal.aborted || clock.steady() >= until) return;
    if (decision.reason !== said) tell("step", `Waiting for approval: ${decision.reason}`);
    said = decision.reason;
    await clock.sleep(Math.min(lookEvery, until - clock.steady()), signal);
    await journal.reread();
  }
}

/** Hash of the report whose findings people have to acknowledge; null where there is nothing of the kind. */
function acknowledgeable(gates: readonly GateDecision[]): string | null {
  const found = gates.find(({ gate, allowed, inputs }) => gate === "breaking" && !allowed && inputs["isForPeople"]);
  const hash = found?.inputs["hash"];
  return typeof hash === "string" ? hash : null;
}

/** What was closed or edited is asked anew, in words that stand; so is what people must have seen and weren't shown. */
function isUnasked(request: RequestSource, asked: Asked, breaking: string | null): boolean {
  if (request.kind === "none") return true;
  if (request.kind === "unknown") return false;
  return voidBecause(request, asked) !== null || (breaking !== null && request.request.breaking !== breaking);
}

interface Opening {
  readonly rollout: string;
  readonly asked: Asked;
  readonly wanted: Wanted;
  readonly text: Text;
  readonly breaking: string | null;
}

async function open({ journal, tell }: Service, requests: RequestPort, opening: Opening): Promise<void> {
  const { rollout, asked, wanted, text, breaking } = opening;
  const { digest, revision, plan } = asked;
  const { version, image } = wanted.revision.release;
  const request = await requests.open(text);
  await appendAside(journal, {
    kind: "asked",
    version,
    digest,
    revision,
    plan,
    ...request,
    breaking,
    rollout,
    image,
  });
  tell("step", `Approval is asked for on ${request.url}`);
}

function textFor(
  { journal, origin, pages, requests, gates: { approval } }: Service,
  asked: Asked,
  wanted: Wanted,
  gates: readonly GateDecision[],
  entries: readonly Entry[],
): Text {
  if (!approval) throw new TypeError("nobody has to agree");
  const { settled, slots } = declared(entries);
  const serving = settled ? slots[settled] : null;
  const { version, image, commit } = wanted.revision.release;
  const text = requestText({
    asked,
    version,
    image,
    commit,
    settled: serving?.revision.release.version ?? null,
    by: journal.by,
    run: origin,
    plan: planInWords({ ...wanted, candidate: settled ? otherSlot(settled) : "blue", settled }),
    gates,
    pages,
    required: approval.required,
    approvers: approversOn(approval.github, requests?.organisation ?? ""),
    expiresHours: approval.expiresHours,
  });
  return { ...text, labels: approval.github?.labels ?? [] };
}

function approversOn(github: ApprovalSettings["github"], organisation: string): readonly string[] {
  return [...(github?.users ?? []), ...(github?.teams ?? []).map((team) => `${organisation}/${team}`)];
}
