/** Whether a version (`24.9.0` or `v24.9.0`) is one that Sluice runs on: 24 from 24.21, or 26. */
export function isFittingNode(version: string): boolean;

/** Absolute path of a fitting Node: this process's own, or one from the npm registry in the cache. */
export function ensureNode(current?: string, self?: string): Promise<string>;

/** The environment in which `node` means this one: its folder is put first on PATH where that isn't so already. */
export function withNodeFirst(node: string, env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
