import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answerFile, answerJson } from "./answer.ts";
import { isUserRequest } from "./faults.ts";
import { routes } from "./routes.ts";
import type { Service } from "./service.ts";

const SECURITY_HEADERS = {
  "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
};

/** Answers one request, and logs and counts it when its answer has ended. Never rejects. */
export async function handle(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = performance.now();
  const url = new URL(request.url ?? "/", "http://service");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const route = routes[`${method} ${url.pathname}`];
  const file = method === "GET" ? service.files.get(url.pathname) : undefined;
  const named = route ? url.pathname : file ? "static" : "unknown"; // a bounded set: paths would make endless series
  response.once("close", () => {
    const seconds = (performance.now() - began) / 1_000;
    service.metrics.observe(method, named, response.statusCode, seconds);
    service.log("info", "request", {
      method,
      path: url.pathname,
      status: response.statusCode,
      seconds: Number(seconds.toFixed(4)),
      complete: response.writableFinished,
    });
  });
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  if (service.draining) response.setHeader("connection", "close");
  try {
    if (isUserRequest(url.pathname) && (await failsByOrder(service))) {
      return answerJson(response, 500, { error: "fault to order" });
    }
    if (route) await route(service, request, response, url.searchParams);
    else if (file) answerFile(request, response, file);
    else answerJson(response, 404, { error: "not found" });
  } catch (error) {
    service.log("error", "request failed", { path: url.pathname, error: String(error) });
    if (response.headersSent) response.destroy();
    else answerJson(response, 500, { error: "internal error" });
  }
}

async function failsByOrder(service: Service): Promise<boolean> {
  const { faults } = service.settings;
  const faulty = service.faulty();
  service.requests += 1;
  if (!faulty) return false;
  if (faults.latencyMs > 0) await sleep(faults.latencyMs);
  return service.random() < faults.errorRate;
}
