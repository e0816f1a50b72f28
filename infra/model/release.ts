import { z } from "zod";

const number = "(0|[1-9]\\d*)";
const preReleasePart = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const semanticVersion = new RegExp(
  `^${number}\\.${number}\\.${number}(-${preReleasePart}(\\.${preReleasePart})*)?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?$`,
);

/** A version by semver.org 2.0.0, without a leading "v". Ordering is `infra/rollout/version.ts`. */
export const version = z
  .string()
  .max(128)
  .regex(semanticVersion, 'expected a semantic version without "v", e.g. "1.4.2" or "2.0.0-rc.1"');

export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256: and 64 hex digits");

/** `repository@sha256:...`: the only form in which an image may run. */
export const pinnedImage = z
  .string()
  .regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, "expected repository@sha256:<64 hex digits>");

/** A semantic version with the image that it is, pinned by digest, and the commit it was built from. */
export const releaseSchema = z.object({
  version,
  image: pinnedImage,
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "expected a commit hash of 7-64 hex digits")
    .optional(),
});

export type Release = z.infer<typeof releaseSchema>;

/** `sha256:...` of a pinned image. */
export function digestOf(image: string): string {
  return image.slice(image.indexOf("@") + 1);
}
