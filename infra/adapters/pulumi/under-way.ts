import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Follows an operation by the engine's events: which resources it has begun with and not ended. */
export function underWay(): { readonly onEvent: (event: EngineEvent) => void; readonly inWords: () => string } {
  const begun = new Map<string, string>();
  return {
    onEvent: ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }) => {
      const ended = resOutputsEvent ?? resOpFailedEvent;
      if (ended) begun.delete(ended.metadata.urn);
      if (!resourcePreEvent || resourcePreEvent.planning) return;
      const { op, type, urn, new: after, old: before } = resourcePreEvent.metadata;
      // A component is under way for as long as its parts are: it says nothing more.
      if (!(after ?? before)?.custom) return;
      const [kind, name] = [type.slice(type.lastIndexOf(":") + 1), urn.slice(urn.lastIndexOf("::") + 2)];
      begun.set(urn, `${op} of ${kind} ${name}`);
    },
    inWords: () => [...begun.values()].sort().join(", "),
  };
}
