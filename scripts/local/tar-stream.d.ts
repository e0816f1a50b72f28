/** The little of tar-stream that we use; it comes with dockerode, without types. */
declare module "tar-stream" {
  import type { Readable } from "node:stream";

  interface Header {
    readonly name: string;
    readonly type: "file" | "directory" | "symlink";
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly mtime: Date;
    readonly linkname?: string;
  }

  interface Pack extends Readable {
    entry(header: Header, content: Buffer | string, done: (error?: Error | null) => void): void;
    finalize(): void;
  }

  export function pack(): Pack;
}
