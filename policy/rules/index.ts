import type { Rule } from "../rule.ts";
import { commandSettles } from "./command-settles.ts";
import { containerCapabilities } from "./container-capabilities.ts";
import { containerDockerSocket } from "./container-docker-socket.ts";
import { containerHealthCheck } from "./container-health-check.ts";
import { containerImagePinned } from "./container-image-pinned.ts";
import { containerLimits } from "./container-limits.ts";
import { containerLogRotation } from "./container-log-rotation.ts";
import { containerNamespaces } from "./container-namespaces.ts";
import { containerPorts } from "./container-ports.ts";
import { containerPrivileges } from "./container-privileges.ts";
import { containerReadOnly } from "./container-read-only.ts";
import { containerRestart } from "./container-restart.ts";
import { containerUser } from "./container-user.ts";
import { gatewayKept } from "./gateway-kept.ts";
import { githubEnvironment } from "./github-environment.ts";
import { leaseBounded } from "./lease-bounded.ts";
import { routeAddresses } from "./route-addresses.ts";
import { secretInPlain } from "./secret-in-plain.ts";
import { secretKept } from "./secret-kept.ts";
import { slotDecided } from "./slot-decided.ts";

/** All rules of the pack, in the order of the documentation. */
export const rules: readonly Rule[] = [
  containerImagePinned,
  containerHealthCheck,
  containerLimits,
  containerRestart,
  containerPrivileges,
  containerCapabilities,
  containerNamespaces,
  containerDockerSocket,
  containerReadOnly,
  containerUser,
  containerLogRotation,
  containerPorts,
  slotDecided,
  commandSettles,
  routeAddresses,
  leaseBounded,
  gatewayKept,
  githubEnvironment,
  secretInPlain,
  secretKept,
];
