import { service, type Stage } from "./stage.ts";

/** What `sluice status` says of a stage's service. */
export interface Status {
  readonly settled: string;
  readonly agrees: boolean;
  readonly differences: readonly string[];
  readonly rollout: { readonly id: string; readonly driver: string | null } | null;
  /** Of a host that wasn't reached only its name. */
  readonly hosts: readonly {
    readonly host: string;
    readonly settled?: string;
    readonly target?: string;
    readonly leaseTicks?: number;
  }[];
  readonly slots: Readonly<Record<string, { readonly version: string } | null>>;
}

export async function statusOf(stage: Stage): Promise<Status> {
  const { document, stderr } = await stage.sluice(["status", "local", service]);
  const [status] = (document["services"] ?? []) as readonly Status[];
  if (!status) throw new Error(`status says nothing: ${stderr}`);
  return status;
}
