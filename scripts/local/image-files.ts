import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";

/** What an image holds at one path (absolute, in the image). */
export type ImageFile =
  | { readonly kind: "text"; readonly path: string; readonly text: string }
  | { readonly kind: "copy"; readonly path: string; readonly from: string }
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  | { readonly kind: "folder"; readonly path: string; readonly mode?: number; readonly uid?: number };

/** A file of this machine at the same path. */
export const sameFile = (path: string): ImageFile => ({ kind: "copy", path, from: path });

/** Every file below a folder of this machine. */
export function copyFolder(from: string, to: string): readonly ImageFile[] {
  return readdirSync(from, { recursive: true, withFileTypes: true }).flatMap((entry): ImageFile[] => {
    const source = join(entry.parentPath, entry.name);
    if (!statSync(source, { throwIfNoEntry: false })?.isFile()) return [];
    return [{ kind: "copy", path: join(to, relative(from, source)), from: source }];
  });
}

/** These with the folders that they are in, sorted, each path once: the same files make the same archive. */
export function arrange(files: readonly ImageFile[]): readonly ImageFile[] {
  const arranged = new Map<string, ImageFile>();
  for (const file of files) {
    const parts = file.path.split("/").slice(1, -1);
    parts.forEach((_, depth) => {
      const path = `/${parts.slice(0, depth + 1).join("/")}`;
      if (!arranged.has(path)) arranged.set(path, { kind: "folder", path });
    });
    const there = arranged.get(file.path);
    // A folder that was only implied may be named after it; anything else comes first, first served.
    if (!there || (there.kind === "folder" && file.kind === "folder")) arranged.set(file.path, file);
  }
  return [...arranged.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A key that changes when anything in these files, or in `also`, does. */
export function contentKey(files: readonly ImageFile[], also: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const text of also) hash.update(`${text}\0`);
  for (const file of arrange(files)) {
    hash.update(`${JSON.stringify(file)}\0`);
    if (file.kind === "copy") {
      hash.update(`${modeOf(file.from)}\0`).update(createHash("sha256").update(readFileSync(file.from)).digest());
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** These files as a tar archive, owned by root, with no trace of when it was made. */
export function tarOf(files: readonly ImageFile[]): Readable {
  const archive = pack();
  const addAll = async () => {
    for (const file of arrange(files)) {
      await new Promise<void>((resolve, reject) =>
        archive.entry(headerOf(file), contentOf(file), (error) => (error ? reject(error) : resolve())),
      );
    }
    archive.finalize();
  };
  addAll().catch((error: unknown) => archive.destroy(error as Error));
  return Readable.from(archive);
}

function headerOf(file: ImageFile) {
  const common = { name: file.path.slice(1), uid: 0, gid: 0, mtime: new Date(0) };
  switch (file.kind) {
    case "text":
      return { ...common, type: "file" as const, mode: 0o644 };
    case "copy":
      return { ...common, type: "file" as const, mode: modeOf(file.from) };
    case "link":
      return { ...common, type: "symlink" as const, mode: 0o777, linkname: file.to };
    case "folder": {
      const { mode = 0o755, uid = 0 } = file;
      return { ...common, type: "directory" as const, mode, uid, gid: uid };
    }
  }
}

function contentOf(file: ImageFile): Buffer | string {
  switch (file.kind) {
    case "text":
      return file.text;
    case "copy":
      return readFileSync(file.from);
    case "link":
    case "folder":
      return "";
  }
}

/** Readable by all, and executable by all where the owner may: the container's user is another one. */
function modeOf(path: string): number {
  return statSync(path).mode & 0o100 ? 0o755 : 0o644;
}
