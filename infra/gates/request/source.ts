/** An issue on which people are asked for their approval, as the ledger has it. */
export interface Request {
  /** `owner/name` */
  readonly repository: string;
  readonly issue: number;
  /** For people. */
  readonly url: string;
  /** Who asked: doesn't count among those who agree. */
  readonly by: string;
  /** What they are shown. */
  readonly title: string;
  readonly body: string;
  /** Hash of the report of breaking changes that they are shown; null when there was none. */
  readonly breaking: string | null;
}

/** One comment below it. */
export interface Comment {
  readonly author: string;
  /** Neither a bot nor an app. */
  readonly isPerson: boolean;
  /** In one of the teams that may approve. */
  readonly isMember: boolean;
  readonly body: string;
  /** ISO 8601. Differ once it was edited, by its author or by anybody who may. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What there is of a request just now. */
export type RequestSource =
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly request: Request; readonly reason: string }
  | {
      readonly kind: "known";
      readonly request: Request;
      readonly isOpen: boolean;
      readonly title: string;
      readonly body: string;
      /** Oldest first. */
      readonly comments: readonly Comment[];
    };
