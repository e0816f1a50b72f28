import { type Stage } from "../e2e/testing/stage.ts";
import { statusOf } from "../e2e/testing/status.ts";

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
