import { readFile } from "node:fs/promises";
import type { Container } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { attempt } from "../engine/errors.ts";
import { blocks, flag, text } from "../../bridge/get.ts";

/** Puts files into a container that doesn't run yet. */
export async function upload(made: Container, planned: JsonObject): Promise<void> {
  for (const file of blocks(planned, "uploads")) {
    const archive = tar(text(file, "file"), modeOf(file), await contentOf(file));
    await attempt("Unable to upload volume content", () => made.putArchive(archive, { path: "/" }));
  }
}

function modeOf(file: JsonObject): number {
  const permissions = text(file, "permissions");
  if (permissions !== "") return Number.parseInt(permissions, 8);
  return flag(file, "executable") ? 0o744 : 0o644;
}

async function contentOf(file: JsonObject): Promise<Buffer> {
  const keys = ["content", "contentBase64", "source"].filter((key) => text(file, key) !== "");
  const [key, ...others] = keys;
  const problem = "error with upload content:";
  if (key === undefined) throw new Error(`${problem} one of 'content', 'content_base64', or 'source' must be set`);
  if (others.length > 0) throw new Error(`${problem} only one of 'content', 'content_base64', or 'source' can be set`);
  if (key === "source") return attempt("could not read file", () => readFile(text(file, key)));
  return Buffer.from(text(file, key), key === "contentBase64" ? "base64" : "utf8");
}

const BLOCK = 512;

/** An archive of one file, in the GNU format so that a long name fits. */
export function tar(name: string, mode: number, content: Buffer): Buffer {
  const path = Buffer.from(name.replace(/^\/+/, ""));
  const long =
    path.length > 100
      ? [
          header(Buffer.from("././@LongLink"), 0o644, path.length + 1, "L"),
          padded(Buffer.concat([path, Buffer.alloc(1)])),
        ]
      : [];
  return Buffer.concat([...long, header(path, mode, content.length, "0"), padded(content), Buffer.alloc(2 * BLOCK)]);
}

function header(path: Buffer, mode: number, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "ascii");
  path.copy(block, 0, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(Date.now() / 1000), 136, 12);
  block.write(type, 156, "ascii");
  block.write("ustar  \0", 257, "ascii");
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return block;
}

function padded(content: Buffer): Buffer {
  const rest = content.length % BLOCK;
  return rest === 0 ? content : Buffer.concat([content, Buffer.alloc(BLOCK - rest)]);
}
