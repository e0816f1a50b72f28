/** Makes a folder's node_modules fit its package-lock.json, with `npm ci` where it doesn't. */
export function ensureDependencies(folder: string): Promise<void>;

/** Whether an installed tree (the text of node_modules/.package-lock.json) has what the lock file's text calls for. */
export function fits(lockFile: string, installed: string | undefined): boolean;
