import { service, type Stage } from "../e2e/testing/stage.ts";

/** What `sluice status` says of a stage's service. */
export interface Status {
  readonly settled: string;
  readonly agrees: boolean;
  readonly differences: readonly string[];
  readonly rollout: { readonly id: string } | null;
  readonly hosts: readonly { readonly host: string; readonly target?: string; readonly leaseTicks?: number }[];
  readonly slots: Readonly<Record<string, { readonly version: string } | null>>;
}

export async function statusOf(stage: Stage): Promise<Status> {
  const { document, stderr } = await stage.sluice(["status", "local", service]);
  const [status] = (document["services"] ?? []) as readonly Status[];
  if (!status) throw new Error(`status says nothing: ${stderr}`);
  return status;
}

/** Why what was begun isn't at its end, the old or the new one, everywhere: words, none when all is well. */
export async function disagreements(stage: Stage): Promise<readonly string[]> {
  const { settled, agrees, differences, rollout, hosts } = await statusOf(stage);
  const verified = await stage.sluice(["ledger", "verify", "local"]);
  const preview = await stage.noChanges().then(
    () => [],
    (error: unknown) => [`a preview isn't clean: ${String(error)}`],
  );
  return [
    ...(agrees ? [] : differences),
    ...(rollout ? [`rollout ${rollout.id} is still under way`] : []),
    ...hosts
      .filter(({ target, leaseTicks }) => target !== settled || leaseTicks !== 0)
      .map(({ host, target, leaseTicks }) => `${host} sends users to ${target}, leased for ${leaseTicks} ticks`),
    ...(verified.code === 0 ? [] : [`the ledger isn't whole: ${verified.stderr}`]),
    ...preview,
  ];
}
