/** A container as `docker compose ps --format json` has it. */
export interface Container {
  readonly name: string;
  readonly service: string;
  /** `running`, `exited`, `created`, … */
  readonly state: string;
  /** `healthy`, `unhealthy`, `starting`; empty where there is no check. */
  readonly health: string;
  readonly exitCode: number;
}

/** One object a line, or from older versions one list. @throws Error when it is something else */
export function parseContainers(text: string): Container[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    const value: unknown = JSON.parse(line);
    return (Array.isArray(value) ? value : [value]).map(parseContainer);
  });
}

function parseContainer(value: unknown): Container {
  if (!(value instanceof Object && 'Name' in value && 'Service' in value && 'State' in value)) {
    throw new Error(`not a container: ${JSON.stringify(value)}`);
  }
  return {
    name: String(value.Name),
    service: String(value.Service),
    state: String(value.State),
    health: 'Health' in value ? String(value.Health) : '',
    exitCode: 'ExitCode' in value ? Number(value.ExitCode) : 0,
  };
}

/** What is still awaited until all services run and are healthy, and the tutorial has ended well; empty when nothing is. */
export function notUp(containers: readonly Container[], services: readonly string[]): string[] {
  return services.flatMap((service) => {
    const own = containers.filter((container) => container.service === service);
    if (own.length === 0) return [`${service}: no container`];
    return own
      .filter((container) => !isUp(container))
      .map(({ name, state, health }) => `${name}: ${state} ${health}`.trim());
  });
}

const isUp = ({ service, state, health, exitCode }: Container): boolean =>
  service === 'tutorial' ? state === 'exited' && exitCode === 0 : state === 'running' && health === 'healthy';

/** Containers that will not come up any more: waiting for them is in vain. */
export function failedForGood(containers: readonly Container[]): string[] {
  return containers
    .filter(({ state, exitCode }) => state === 'dead' || (state === 'exited' && exitCode !== 0))
    .map(({ name, exitCode }) => `${name} ended with ${exitCode}`);
}
