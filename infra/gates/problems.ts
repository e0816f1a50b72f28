import type { z } from "zod";

/** What is wrong with a gate's inputs, each by its key. */
export function problems({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join(".")}: ${message}` : message))
    .join("; ");
}
