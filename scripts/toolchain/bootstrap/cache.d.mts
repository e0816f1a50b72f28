/** Folder for everything that Sluice downloads or builds: `SLUICE_CACHE`, else `sluice` in the XDG cache folder. */
export function cacheFolder(env?: Record<string, string | undefined>): string;
