import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** One resource that an operation touches. */
export interface Change {
  readonly operation: "create" | "update" | "replace" | "delete";
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Names of the top-level properties that differ; never their values. */
  readonly properties: readonly string[];
}

/** What a preview would do, or what an `up` did. */
export interface Changes {
  /** Resources by operation, e.g. `{ same: 7, create: 2 }`. */
  readonly summary: Readonly<Record<string, number>>;
  /** What changes, in order of URN. */
  readonly resources: readonly Change[];
}

const operations: Readonly<Record<string, Change["operation"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

/** Collects changes from the engine's events; for `up` and `preview` alike. */
export function changeCollector(): { readonly onEvent: (event: EngineEvent) => void; readonly changes: () => Changes } {
  const resources = new Map<string, Change>();
  let summary: Record<string, number> = {};
  return {
    onEvent: ({ resourcePreEvent, summaryEvent }) => {
      if (summaryEvent) summary = { ...summaryEvent.resourceChanges };
      if (!resourcePreEvent) return;
      const { op, type, urn, diffs, detailedDiff } = resourcePreEvent.metadata;
      const operation = operations[op];
      if (operation === undefined) return;
      const paths = [...(diffs ?? []), ...Object.keys(detailedDiff ?? {})];
      const properties = [...new Set(paths.map((path) => path.replace(/[.[].*$/, "")))].sort();
      resources.set(urn, { operation, type, name: urn.slice(urn.lastIndexOf("::") + 2), urn, properties });
    },
    changes: () => ({ summary, resources: [...resources.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1)) }),
  };
}

/** Whether an operation leaves every resource as it is. */
export function isUnchanged(summary: Changes["summary"]): boolean {
  return Object.entries(summary).every(
    ([operation, count]) => operation === "same" || operation === "read" || count === 0,
  );
}
