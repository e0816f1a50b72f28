import { slotContainerName } from "../../infra/model/names.ts";
import { slotNames } from "../../infra/model/slot.ts";
import { service, type Stage } from "../e2e/testing/stage.ts";
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

/** Containers of slots that nobody declares, running or not: words, none when all is well. */
export async function orphans(stage: Stage): Promise<readonly string[]> {
  const { slots } = await statusOf(stage);
  const wanted = slotNames.filter((slot) => slots[slot]);
  const containers = await Promise.all(stage.world.hosts.map((_, index) => stage.world.containers(index, true)));
  return stage.world.hosts.flatMap(({ name: host }, index) => {
    const declared = wanted.map((slot) => slotContainerName({ environment: "local", host }, service, slot));
    const found = Object.keys(containers[index] ?? {});
    return found
      .filter((name) => name.includes("web") && !declared.includes(name))
      .map((name) => `container ${name} is left`);
  });
}
