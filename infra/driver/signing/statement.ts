import { envelopeOf, payloadOf, signedBytes } from "../../gates/signed/envelope.ts";
import { type Envelope, statementType } from "../../model/envelope.ts";
import { digestOf, type Release } from "../../model/release.ts";
import type { ApprovalStatement, DecisionStatement, EvidenceStatement } from "../../model/statement.ts";
import type { Service } from "../context.ts";
import type { SignerPort } from "../ports.ts";

/** @throws InputError or UnknownError when the key can't be had */
export async function sign(
  signer: SignerPort,
  statement: DecisionStatement | EvidenceStatement | ApprovalStatement,
): Promise<Envelope> {
  const payload = payloadOf(statement);
  return envelopeOf(payload, await signer.sign(signedBytes(statementType, payload)));
}

/** The image that a statement is about. */
export function subjectOf({ image }: Release): Pick<DecisionStatement, "_type" | "subject"> {
  const sha256 = digestOf(image).slice("sha256:".length);
  const name = image.slice(0, image.indexOf("@"));
  return { _type: "https://in-toto.io/Statement/v1", subject: [{ name, digest: { sha256 } }] };
}

/** Which rollout it is about, and who says so. */
export function aboutOf({ environment, name, journal }: Service, rollout: string, { version }: Release) {
  return { environment, service: name, rollout, version, by: journal.by };
}

/** Milliseconds since the epoch, as statements have it. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}
