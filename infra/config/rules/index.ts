import type { Rule } from "../rule.ts";
import { addressesLoopback } from "./addresses-loopback.ts";
import { approvalOnGithub } from "./approval-on-github.ts";
import { approversEnough } from "./approvers-enough.ts";
import { assetsBelowPath } from "./assets-below-path.ts";
import { budgetHasSource } from "./budget-has-source.ts";
import { canaryStepsAscend } from "./canary-steps-ascend.ts";
import { containerPortFitsNetwork } from "./container-port-fits-network.ts";
import { environmentNamedAsFile } from "./environment-named-as-file.ts";
import { githubGuards } from "./github-guards.ts";
import { labelsOwn } from "./labels-own.ts";
import { latencyBelowTimeout } from "./latency-below-timeout.ts";
import { leaseOutlivesLook } from "./lease-outlives-look.ts";
import { ledgerShared } from "./ledger-shared.ts";
import { metricsHaveExporters } from "./metrics-have-exporters.ts";
import { mountTargetsDistinct } from "./mount-targets-distinct.ts";
import { placeholdersKnown } from "./placeholders-known.ts";
import { policiesKept } from "./policies-kept.ts";
import { portsDistinct } from "./ports-distinct.ts";
import { promotionTrusted } from "./promotion-trusted.ts";
import { prodNamesWindows } from "./prod-names-windows.ts";
import { registriesDistinct } from "./registries-distinct.ts";
import { rootsUsable } from "./roots-usable.ts";
import { scanIgnoresDistinct } from "./scan-ignores-distinct.ts";
import { serviceHostsExist } from "./service-hosts-exist.ts";
import { serviceSiteExists } from "./service-site-exists.ts";
import { shadowStepLasts } from "./shadow-step-lasts.ts";
import { signingTrustsOwn } from "./signing-trusts-own.ts";
import { siteNamesDistinct } from "./site-names-distinct.ts";
import { sitePathsDistinct } from "./site-paths-distinct.ts";
import { sshEngineReachable } from "./ssh-engine-reachable.ts";
import { streamingBelowPath } from "./streaming-below-path.ts";
import { testersKnown } from "./testers-known.ts";
import { tlsBelowRoot } from "./tls-below-root.ts";
import { upOutlastsContainers } from "./up-outlasts-containers.ts";
import { watchHasLooks } from "./watch-has-looks.ts";

/** Everything that must hold between settings that are each right for themselves. */
export const rules: readonly Rule[] = [
  addressesLoopback,
  approvalOnGithub,
  approversEnough,
  assetsBelowPath,
  budgetHasSource,
  canaryStepsAscend,
  containerPortFitsNetwork,
  environmentNamedAsFile,
  githubGuards,
  labelsOwn,
  latencyBelowTimeout,
  leaseOutlivesLook,
  ledgerShared,
  metricsHaveExporters,
  mountTargetsDistinct,
  placeholdersKnown,
  policiesKept,
  portsDistinct,
  promotionTrusted,
  prodNamesWindows,
  registriesDistinct,
  rootsUsable,
  scanIgnoresDistinct,
  serviceHostsExist,
  serviceSiteExists,
  shadowStepLasts,
  signingTrustsOwn,
  siteNamesDistinct,
  sitePathsDistinct,
  sshEngineReachable,
  streamingBelowPath,
  testersKnown,
  tlsBelowRoot,
  upOutlastsContainers,
  watchHasLooks,
];
