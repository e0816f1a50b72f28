/** What a keeper tells the process that started it. */
export type KeeperMessage =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly releases: Readonly<Record<string, string>> }
  | { readonly kind: "failed"; readonly reason: string };

/** Sent to a keeper: the environment is to stay when the process that started it ends. */
export const keep = "keep";
