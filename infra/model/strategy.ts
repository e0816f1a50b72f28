/** How a release may come in. */
export const strategyKinds = ["blue-green", "canary", "recreate"] as const;
