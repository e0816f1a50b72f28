import { existsSync } from "node:fs";
import { execa } from "execa";
import { type ImageFile, sameFile } from "./image-files.ts";

/** Paths in what `ldd` prints: the shared libraries and the loader. */
export function parseLdd(output: string): readonly string[] {
  return [...output.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)].flatMap((match) => match[1] ?? []);
}

/** Libraries that `ldd` doesn't name because the C library opens them by itself, where it is old enough to do so. */
const NAME_SERVICE = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"];

/** These programs and modules with all that they need to run in an empty image. */
export async function withLibraries(...paths: readonly string[]): Promise<readonly ImageFile[]> {
  const outputs = await Promise.all(paths.map((path) => execa("ldd", [path])));
  const libraries = [...new Set(outputs.flatMap(({ stdout }) => parseLdd(stdout)))];
  const libc = libraries.find((path) => path.endsWith("/libc.so.6"));
  const extra = libc ? NAME_SERVICE.map((name) => libc.replace("libc.so.6", name)).filter(existsSync) : [];
  return [...libraries, ...extra].map(sameFile);
}
