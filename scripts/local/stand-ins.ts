import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { copyFolder, type ImageFile, sameFile } from "./image-files.ts";
import { withLibraries } from "./libraries.ts";
import { requireProgram } from "./programs.ts";

/** An image made of this machine's own programs, for where the official one can't be pulled. */
export interface StandIn {
  readonly files: readonly ImageFile[];
  /** Dockerfile instructions for the rest: environment, command. */
  readonly instructions: readonly string[];
}

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** What every program may take for granted. */
function common(users: readonly string[]): readonly ImageFile[] {
  const text = (path: string, ...lines: readonly string[]): ImageFile => ({
    kind: "text",
    path,
    text: `${lines.join("\n")}\n`,
  });
  const names = ["root:0", ...users, "nobody:65534"].map((entry) => entry.split(":") as [string, string]);
  return [
    text("/etc/passwd", ...names.map(([name, id]) => `${name}:x:${id}:${id}:${name}:/nonexistent:/usr/sbin/nologin`)),
    text("/etc/group", ...names.map(([name, id]) => `${name === "nobody" ? "nogroup" : name}:x:${id}:`)),
    text("/etc/nsswitch.conf", "passwd: files", "group: files", "hosts: files dns"),
    { kind: "folder", path: "/tmp", mode: 0o1777 },
    { kind: "folder", path: "/var/tmp", mode: 0o1777 },
    { kind: "folder", path: "/run", mode: 0o755 },
    { kind: "link", path: "/var/run", to: "/run" },
    ...(existsSync(CERTIFICATES) ? [sameFile(CERTIFICATES)] : []),
  ];
}

/** Stands in for `node:24-slim`: the Node that runs this, and what it needs. */
export async function nodeStandIn(node = process.execPath): Promise<StandIn> {
  return {
    files: [
      ...common(["node:1000"]),
      { kind: "copy", path: "/usr/local/bin/node", from: realpathSync(node) },
      ...(await withLibraries(node)),
    ],
    instructions: ["ENV PATH=/usr/local/bin:/usr/bin:/bin", 'CMD ["node"]'],
  };
}

/** mtail alone, as Debian has it: there is no official image to stand in for. */
export async function mtailStandIn(): Promise<StandIn> {
  const mtail = requireProgram("mtail", "mtail");
  return {
    files: [
      ...common([]),
      { kind: "copy", path: "/usr/bin/mtail", from: realpathSync(mtail) },
      ...(await withLibraries(mtail)),
    ],
    instructions: ["ENV PATH=/usr/bin", 'ENTRYPOINT ["mtail"]'],
  };
}

const NGINX_CONF = `user nginx;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log notice;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`;

/** Stands in for `nginx`: Debian's, laid out like the official image (user nginx is 101, logs go to the container's). */
export async function nginxStandIn(): Promise<StandIn> {
  const nginx = requireProgram("nginx", "nginx-light");
  const folder = "/usr/lib/nginx/modules";
  const modules = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const state = ["/var/lib/nginx", "/var/cache/nginx"].map((path): ImageFile => ({ kind: "folder", path, uid: 101 }));
  return {
    files: [
      ...common(["www-data:33", "nginx:101"]),
      { kind: "copy", path: "/usr/sbin/nginx", from: realpathSync(nginx) },
      ...(await withLibraries(nginx, ...modules)),
      ...modules.map(sameFile),
      ...copyFolder("/etc/nginx", "/etc/nginx").filter(({ path }) => /\/(mime\.types|[a-z]+_params)$/.test(path)),
      { kind: "text", path: "/etc/nginx/nginx.conf", text: NGINX_CONF },
      { kind: "folder", path: "/etc/nginx/conf.d" },
      { kind: "folder", path: "/var/log/nginx" },
      { kind: "link", path: "/var/log/nginx/access.log", to: "/dev/stdout" },
      { kind: "link", path: "/var/log/nginx/error.log", to: "/dev/stderr" },
      { kind: "folder", path: "/usr/share/nginx/html" },
      ...state,
    ],
    instructions: [
      "ENV PATH=/usr/sbin:/usr/bin",
      "EXPOSE 80",
      "STOPSIGNAL SIGQUIT",
      'CMD ["nginx", "-g", "daemon off;"]',
    ],
  };
}
