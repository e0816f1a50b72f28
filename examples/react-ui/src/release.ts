/** What `build.ts` bakes into this release. */
export interface Release {
  readonly version: string;
  readonly headline: string;
  readonly accent: string;
  readonly features: readonly string[];
}

declare const __RELEASE__: Release;

export const release: Release = __RELEASE__;
