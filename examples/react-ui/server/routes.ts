import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, answerText } from "./answer.ts";
import type { Service } from "./service.ts";
import { download, echo, events } from "./streams.ts";

export type Handler = (
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
) => void | Promise<void>;

/** The API by method and path. HEAD is answered as GET without a body. */
export const routes: Readonly<Record<string, Handler>> = {
  "GET /api/health": ({ settings }, _request, response) =>
    answerJson(response, 200, { status: "ok", version: settings.version, slot: settings.slot }),

  "GET /api/health/ready": (service, _request, response) => {
    const { ready, ...body } = service.readiness();
    answerJson(response, ready ? 200 : 503, body);
  },

  "GET /api/health/db": (service, _request, response) => {
    const healthy = service.databaseAnswers();
    answerJson(response, healthy ? 200 : 503, { status: healthy ? "connected" : "disconnected" });
  },

  "GET /metrics": async ({ metrics }, _request, response) =>
    answerText(response, 200, metrics.contentType, await metrics.text()),

  "GET /api/version": ({ settings, startedAt }, _request, response) =>
    answerJson(response, 200, {
      version: settings.version,
      commit: settings.commit,
      slot: settings.slot,
      startedAt: startedAt.toISOString(),
    }),

  "GET /api/users/me": (_service, _request, response) => {
    response.setHeader("www-authenticate", 'Bearer realm="react-ui"');
    answerJson(response, 401, { error: "not signed in" });
  },

  "POST /api/echo": echo,
  "GET /api/events": events,
  "GET /api/download": download,
};
