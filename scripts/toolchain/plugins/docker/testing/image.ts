import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";

/** Stands in for busybox: `httpd` serves nothing but stays, `wget` finds what the `healthy` file says. */
const BUSYBOX = `#!/bin/sh
case "$1" in
  httpd) trap 'exit 0' TERM INT; while :; do sleep 0.2; done ;;
  wget) exit 0 ;;
  say) shift; echo "$@"; echo to-stderr >&2 ;;
  *) exit 64 ;;
esac
`;

/** An image of this machine's shell, small enough to make for each test file. */
export async function makeImage(docker: Docker, tag: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "sluice-image-"));
  try {
    for (const program of ["/bin/sh", "/bin/sleep"]) copyProgram(root, program);
    writeFileSync(join(root, "bin/busybox"), BUSYBOX);
    chmodSync(join(root, "bin/busybox"), 0o755);
    mkdirSync(join(root, "tmp"), { mode: 0o777 });
    const archive = join(root, "../", `${Date.now()}-${process.pid}.tar`);
    execFileSync("tar", ["-cf", archive, "-C", root, "."]);
    const changes = ['ENTRYPOINT ["/bin/busybox", "httpd", "-f", "-h", "/www"]'];
    const [repo, version] = splitTag(tag);
    const stream = await docker.importImage(archive, { repo, tag: version, changes });
    await drained(docker, stream);
    rmSync(archive);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function splitTag(tag: string): [string, string] {
  const colon = tag.lastIndexOf(":");
  return [tag.slice(0, colon), tag.slice(colon + 1)];
}

/** A program with the libraries that it loads, under the same paths. */
function copyProgram(root: string, program: string): void {
  const libraries = execFileSync("ldd", [program], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  for (const file of [program, ...libraries]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
}

export function drained(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}
