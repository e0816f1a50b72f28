/** `repository:environment:name` as the official provider writes ids: a colon within a part is written `??`. */
export function idOf(repository: string, environment: string, ...rest: readonly (string | number)[]): string {
  return [repository, environment.replaceAll(":", "??"), ...rest].join(":");
}

/** A moment as Go writes it, and so the official provider: `2026-01-02 03:04:05 +0000 UTC`. */
export function goTime(iso: string): string {
  const [date = "", time = ""] = new Date(iso).toISOString().split("T");
  return `${date} ${time.replace(/\.000Z$/, "").replace(/0*Z$/, "")} +0000 UTC`;
}
