import type Docker from "dockerode";
import type * as bridge from "../../bridge/resource.ts";
import type { RegistryAuths } from "../engine/registry.ts";

/** The Docker engine that a provider resource names. */
export interface Engine {
  readonly docker: Docker;
  readonly auths: RegistryAuths;
  /** Aborted when the engine cancels: waits end, nothing is undone. */
  readonly signal: AbortSignal;
}

export type ResourceType = bridge.ResourceType<Engine>;
