import { digestOf } from "../model/release.ts";
import type { Revision } from "../model/revision.ts";

/**
 * The digest that goes into quarantine when traffic leaves one revision for another. Where both are of one image, it is
 * their settings that differ: the image serves on, and is not to blame.
 */
export function digestLeft(left: Revision | null, stays: Revision | null): string | null {
  if (!left) return null;
  const digest = digestOf(left.release.image);
  return stays && digestOf(stays.release.image) === digest ? null : digest;
}
