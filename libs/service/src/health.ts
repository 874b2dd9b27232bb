import type { HttpRoute } from './http-server.ts';

/** What a service says of itself. */
export interface Health {
  /** Undefined when the service can do its work, else why not, in a sentence. */
  notReadyBecause(): string | undefined;
  /** The whole picture, for people and tools; never a secret. */
  status(): unknown;
}

/** `/livez`: the process answers. `/readyz`: it can do its work (503 and the reason where not). `/status`: all. */
export function healthRoutes(health: Health): HttpRoute {
  return (path) => {
    if (path === '/livez') return { status: 200, body: 'ok' };
    if (path === '/status') return { status: 200, body: health.status() };
    if (path !== '/readyz') return undefined;
    const reason = health.notReadyBecause();
    return reason === undefined ? { status: 200, body: 'ok' } : { status: 503, body: reason };
  };
}
