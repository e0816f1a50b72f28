/**
 * Runs `work` while no other process does so under the same name; waits (and says so) while another one does.
 * A child process that must not outlive the lock inherits `descriptor`.
 */
export function withLock<T>(
  name: string,
  work: (descriptor: number) => Promise<T>,
  say?: (line: string) => void,
): Promise<T>;
