import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chosenExporters, pushReaders } from './push-readers.ts';

/** A collector that takes exports, or refuses them. */
class Collector {
  readonly paths: string[] = [];
  status = 200;
  readonly #server: Server = createServer((request, response) => {
    this.paths.push(request.url ?? '');
    request.resume().on('end', () => response.writeHead(this.status).end());
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0).reverse()) await end();
});

describe('OTEL_METRICS_EXPORTER', () => {
  test.each([
    [{}, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c' }, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c' }, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' }, []],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_METRICS_EXPORTER: 'none' }, ['none']],
    [{ OTEL_METRICS_EXPORTER: 'otlp, prometheus' }, ['otlp', 'prometheus']],
  ])('of %j chooses %j', (env, chosen) => {
    expect(chosenExporters(env)).toEqual(chosen);
  });

  test('that names what there is not is an error that says what there is', () => {
    expect(() => pushReaders({ OTEL_METRICS_EXPORTER: 'zipkin' }, silent)).toThrow(
      'OTEL_METRICS_EXPORTER: wants one of otlp, console, prometheus, none, got "zipkin"',
    );
    expect(() => pushReaders({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'udp' }, silent)).toThrow(
      'OTEL_EXPORTER_OTLP_PROTOCOL: wants one of grpc, http/protobuf, http/json, got "udp"',
    );
    expect(() => pushReaders({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '1m' }, silent)).toThrow(
      'OTEL_METRIC_EXPORT_INTERVAL: wants milliseconds, got "1m"',
    );
  });
});

test('a collector that is away is told of once, and once when it is back; nothing waits for it', async () => {
  const collector = new Collector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', await collector.start());
  ends.push(() => collector.stop());
  const told: string[] = [];
  const readers = pushReaders(
    { OTEL_METRICS_EXPORTER: 'otlp', OTEL_METRIC_EXPORT_INTERVAL: '60000' },
    { lost: () => told.push('lost'), arrives: () => told.push('arrives') },
  );
  const provider = new MeterProvider({ readers });
  ends.push(() => provider.shutdown());
  const counted = provider.getMeter('test').createCounter('counted');
  const push = async () => {
    counted.add(1);
    await provider.forceFlush();
  };
  await push();
  expect(collector.paths).toEqual(['/v1/metrics']);
  expect(told).toEqual([]);
  collector.status = 400;
  await push();
  await push();
  expect(told).toEqual(['lost']);
  collector.status = 200;
  await push();
  await push();
  expect(told).toEqual(['lost', 'arrives']);
});

const silent = { lost() {}, arrives() {} };
