import { requireProgram } from "../../local/programs.ts";

import { serve, type Serving } from "../serving.ts";
import type { Target } from "../load/protocol.ts";

export const nginx = (): string => requireProgram("nginx", "nginx-light");

/** A plain nginx before its upstreams, as well set up as Sluice's: keep-alive to the slots, buffered access log. */
export function plainConfig(
  folder: string,
  listen: Target,
  upstreams: Readonly<Record<string, Target>>,
  upstream: string,
): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 4096; }
http {
  access_log ${folder}/access.log combined buffer=32k flush=1s;
${temporary.map((kind) => `  ${kind}_temp_path ${folder}/${kind};`).join("\n")}
${Object.entries(upstreams)
  .map(([name, { host, port }]) => `  upstream ${name} { server ${host}:${port} max_fails=0; keepalive 64; }`)
  .join("\n")}
  server {
    listen ${listen.host}:${listen.port};
    location / {
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_pass http://${upstream};
    }
  }
}
`;
}

export function serveNginx(folder: string, config: string, target: Target): Promise<Serving> {
  return serve(folder, [nginx(), "-e", "stderr", "-c", config, "-g", "daemon off;"], target);
}
