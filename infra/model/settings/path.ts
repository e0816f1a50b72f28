import { z } from "zod";

/**
 * A path that may start with `~/`. The characters that a shell, nginx or a YAML reader would treat specially are refused,
 * and so are `.` and `..` segments: these paths end up in commands and in nginx's configuration.
 */
export const absolutePath = z
  .string()
  .regex(
    /^~?(\/(?!\.{1,2}(\/|$))[^/\0-\x1f"'`\\$;{}*?]+)+$/,
    "expected an absolute path, or one that starts with ~/, without a slash at its end",
  );

/** A path inside a container: absolute, without `~/`. */
export const containerPath = z
  .string()
  .regex(
    /^(\/(?!\.{1,2}(\/|$))[^/\0-\x1f:]+)+$/,
    "expected an absolute path inside the container, without a slash at its end",
  );

/** Replaces a leading `~/` by the home folder; every other path is left as it is. */
export function expandHome(path: string, home: string): string {
  return path.startsWith("~/") ? `${home.replace(/\/+$/, "")}/${path.slice(2)}` : path;
}
