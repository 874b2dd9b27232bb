import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { ConfigError } from './config-error.ts';

/** What a route answers; a string is sent as text, anything else as JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Content type of a text, where it is not plain text. */
  readonly type?: string;
}

type RouteAnswer = HttpAnswer | undefined;

/** Answers a GET of a path, or undefined where there is nothing under it. */
export type HttpRoute = (path: string, query: URLSearchParams) => RouteAnswer | Promise<RouteAnswer>;

/**
 * The small read-only HTTP side of a service. Routes are asked in order; what none answers is 404 in Kafka Connect's
 * error form. Only GET and HEAD are served.
 */
export class HttpServer {
  readonly #server: Server;

  /** A route that throws is logged and answers 500: looking at a service must not end it. */
  constructor(routes: readonly HttpRoute[], logger: Pick<Logger, 'error'>) {
    this.#server = createServer(
      { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
      async (request, response) => {
        let answer: RenderedAnswer;
        try {
          answer = render(await respond(routes, request.method, request.url ?? '/'));
        } catch (error) {
          logger.error({ event: 'http_answer_failed', err: error }, 'an HTTP answer could not be made');
          answer = render(failure(500, 'the answer could not be made; the log has the error'));
        }
        response.writeHead(answer.status, {
          'content-type': answer.type,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
        response.end(answer.text);
      },
    );
    this.#server.maxConnections = 256;
  }

  /** Starts to listen and returns the port. @throws ConfigError when that cannot be */
  async start(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(new ConfigError(`HTTP_HOST, HTTP_PORT: cannot listen: ${cause.message}`, { cause })),
      );
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

interface RenderedAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function render({ status, body, type = 'text/plain; charset=utf-8' }: HttpAnswer): RenderedAnswer {
  return typeof body === 'string'
    ? { status, type, text: `${body}\n` }
    : { status, type: 'application/json', text: JSON.stringify(body) };
}

async function respond(routes: readonly HttpRoute[], method: string | undefined, target: string): Promise<HttpAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return failure(405, `${method} is not served here`);
  let url: URL;
  try {
    url = new URL(target, 'http://localhost');
  } catch {
    return failure(400, 'not a path');
  }
  for (const route of routes) {
    const answer = await route(url.pathname, url.searchParams);
    if (answer) return answer;
  }
  return failure(404, 'nothing here');
}

/** An error in the form of Kafka Connect's REST interface. */
export function failure(status: number, message: string): HttpAnswer {
  return { status, body: { error_code: status, message } };
}
