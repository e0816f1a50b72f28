import type { JudgeWindow } from "../model/judge-window.ts";
import type { Entry, EventOf } from "./event.ts";

/** Whose requests windows are of: users', or copies of them, which no user waited for. */
export const windowKinds = ["users", "copies"] as const;

export type WindowKind = (typeof windowKinds)[number];

/** What the looks of one rollout counted, in order, of one kind: they are never judged together. */
export function windowsOf(entries: readonly Entry[], rollout: string, kind: WindowKind): readonly JudgeWindow[] {
  let plan: EventOf<"started">["plan"] | null = null;
  let now: WindowKind = "users";
  const windows: JudgeWindow[] = [];
  for (const { event } of entries) {
    if (!("rollout" in event) || event.rollout !== rollout) continue;
    if (event.kind === "started") plan = event.plan;
    else if (event.kind === "step") now = plan?.steps[event.index]?.kind === "shadow" ? "copies" : "users";
    else if (event.kind === "observation" && event.window && now === kind) windows.push(event.window);
  }
  return windows;
}
