import type { LedgerReader } from "./ledger.ts";
import { checkedLedgerId, declaredBy } from "./ledger.ts";
import { declareEnvironment, type EnvironmentOutputs } from "./environment.ts";
import { ownLastOutputs, remembered } from "./remembered.ts";
import { type ResolveSecret, readSecrets } from "./secrets.ts";
import { declareService, type ServiceOutputs } from "./service.ts";
import { serviceHosts } from "./service-hosts.ts";
import { InputError } from "../infra/model/errors.ts";
import { serviceStack } from "../infra/model/service-name.ts";
import type { EnvironmentSettings } from "../infra/model/settings/environment.ts";

/** What a stack's program is made from: the same for `pulumi up` and for the driver's inline program. */
export interface ProgramInputs {
  readonly settings: EnvironmentSettings;
  readonly ledger: LedgerReader;
  readonly resolve: ResolveSecret;
}

/**
 * Declares one stack: the environment's (`dev`) or one of its services' (`dev.org1.react-ui`).
 *
 * Settings, ledger and secrets are all checked before the first resource is declared.
 *
 * @throws InputError when the environment has no such service, or a secret can't be read
 * @throws LedgerError when this isn't the ledger that the stack was declared from, or is an older copy of it
 */
export async function declareStack(
  stack: string,
  { settings, ledger, resolve }: ProgramInputs,
): Promise<EnvironmentOutputs | ServiceOutputs> {
  const before = remembered(await ownLastOutputs());
  if (stack === settings.environment) {
    const id = await checkedLedgerId(ledger, before);
    const secret = await readSecrets(resolve, [settings.hosts, settings.registries, settings.github]);
    return declareEnvironment(settings, { ledgerId: id, secret });
  }
  const service = serviceOf(stack, settings);
  const { id, declared } = await declaredBy(ledger, settings.environment, service, before);
  const hosts = serviceHosts(settings, service, declared);
  const secret = await readSecrets(resolve, [hosts, settings.registries, declared.slots]);
  return declareService({ settings, service, hosts, declared, ledgerId: id, filledBefore: before.filledBy, secret });
}

function serviceOf(stack: string, { environment, services }: EnvironmentSettings): string {
  const names = Object.keys(services);
  const found = names.find((name) => serviceStack(environment, name) === stack);
  if (found !== undefined) return found;
  const known = [environment, ...names.map((name) => serviceStack(environment, name))];
  throw new InputError(`There is no stack ${stack} in the settings of ${environment}:`, [
    { key: "services", message: `expected one of the stacks ${known.join(", ")}` },
  ]);
}
