import type * as bridge from "../../bridge/resource.ts";
import type { JsonObject } from "../../shared/rpc.ts";
import { text } from "../../bridge/get.ts";
import type { Account } from "../client.ts";

export type ResourceType = bridge.ResourceType<Account>;

/** The path's parts that lead to an environment. */
export function environmentAt({ owner }: Account, state: JsonObject) {
  return { owner, repo: text(state, "repository"), environment_name: text(state, "environment") };
}

/** An id's parts, for a resource that is imported by it; the last one takes what is left. */
export function partsOf(id: string, count: number): string[] {
  const parts = id.split(":");
  const last = parts.slice(count - 1).join(":");
  return [...parts.slice(0, count - 1), last].map((part) => part.replaceAll("??", ":"));
}
