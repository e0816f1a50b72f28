/**
 * Runs a long command. Its title and a line of progress every 10 s go to stderr, its own output only if it fails.
 * The command inherits `lock` (a descriptor from `withLock`), so that the lock lasts until the command has ended.
 */
export function runCommand(
  title: string,
  argv: readonly [string, ...string[]],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; lock?: number; say?: (line: string) => void },
): Promise<void>;
