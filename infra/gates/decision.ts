/** What one gate says of one release, with everything that it looked at. */
export interface GateDecision {
  readonly gate: string;
  readonly allowed: boolean;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Whether people's word is all that a gate that denies still wants, and nobody is against it. */
export function isForPeople({ gate, inputs }: Pick<GateDecision, "gate" | "inputs">): boolean {
  if (gate === "breaking") return inputs["isForPeople"] === true;
  return gate === "approval" && Array.isArray(inputs["rejected"]) && inputs["rejected"].length === 0;
}
