import type { Path } from "./path.ts";

/** One thing that is wrong with the settings, before it is tied to a line of the file. */
export interface Finding {
  readonly path: Path;
  /** What was expected, and what was found. */
  readonly message: string;
}
