/** What one gate says of one release, with everything that it looked at. */
export interface GateDecision {
  readonly gate: string;
  readonly allowed: boolean;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
