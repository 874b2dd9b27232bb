// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${topic}` is a placeholder of the configuration.
import { Secret } from '@millrace/connector-config';
import {
  InsertMode,
  KeyFormat,
  PrimaryKeyMode,
  Source,
  Tombstones,
  UnknownFields,
  ValueFormat,
} from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { connectorFrom } from '../test/connector-from.ts';
import { openLaneOf } from './open-lane.ts';
import { travelling } from './record-options.ts';

const at = { topic: 'eu.orders', partition: 4 };
const config = connectorFrom('name=shop', 'topics=eu.orders', 'collection.name=docs');

test('a connector that sets nothing asks for nothing', () => {
  const open = openLaneOf(config, at, 'session-1');
  expect(open).toMatchObject({ connector: 'shop', ...at, session: 'session-1', stripe: 0, stripeCount: 1 });
  expect(open.target).toEqual({ endpoint: '', token: '', database: '', collection: 'docs', partition: '' });
  expect(open.recordOptions).toEqual({
    valueFormat: ValueFormat.JSON,
    unknownFields: UnknownFields.UNSPECIFIED,
    depthMax: 0,
    include: [],
    exclude: [],
    renames: [],
    sources: [],
    keyFormat: KeyFormat.UNSPECIFIED,
    primaryKeyMode: PrimaryKeyMode.UNSPECIFIED,
    primaryKeyPath: [],
    tombstones: Tombstones.UNSPECIFIED,
    deleteMarker: undefined,
    maskValues: false,
  });
  expect(open.writeOptions).toEqual({ insertMode: InsertMode.UNSPECIFIED, stopAtRejection: true });
});

test('the target is the one of the topic', () => {
  const route = {
    database: 'sales',
    collections: new Map([['us.orders', 'american']]),
    collection: 'k_${topic}',
    partition: 'fresh',
  };
  const endpoint = { host: 'h', port: 1, tls: true, url: 'https://h:1' };
  const routed = { ...config, route, publicEndpoint: endpoint, token: new Secret('${env:T}') };
  expect(openLaneOf(routed, at, '').target).toEqual({
    endpoint: 'https://h:1',
    token: '${env:T}',
    database: 'sales',
    collection: 'k_eu_orders',
    partition: 'fresh',
  });
  expect(openLaneOf(routed, { ...at, topic: 'us.orders' }, '').target?.collection).toBe('american');
});

test('every option has its place in the contract', () => {
  const open = openLaneOf(
    {
      ...config,
      keyFormat: 'long',
      shape: {
        unknownFields: 'dynamic',
        include: ['a'],
        exclude: ['b'],
        renames: [{ from: 'a', to: 'c' }],
        sources: [
          { field: 'd', origin: 'value', path: ['x', '0'] },
          { field: 'e', origin: 'offset', path: [] },
        ],
      },
      insertMode: 'update',
      primaryKey: { mode: 'record_key', path: ['id'] },
      deletes: { tombstones: 'delete', marker: { path: ['op'], values: ['d'] } },
      errors: { ...config.errors, tolerance: 'all', maskValues: true },
    },
    at,
    '',
  );
  expect(open.recordOptions).toMatchObject({
    unknownFields: UnknownFields.DYNAMIC,
    include: ['a'],
    exclude: ['b'],
    renames: [{ from: 'a', to: 'c' }],
    sources: [
      { field: 'd', source: Source.VALUE, path: ['x', '0'] },
      { field: 'e', source: Source.OFFSET, path: [] },
    ],
    keyFormat: KeyFormat.LONG,
    primaryKeyMode: PrimaryKeyMode.RECORD_KEY,
    primaryKeyPath: ['id'],
    tombstones: Tombstones.DELETE,
    deleteMarker: { path: ['op'], values: ['d'] },
    maskValues: true,
  });
  expect(open.writeOptions).toEqual({ insertMode: InsertMode.UPDATE, stopAtRejection: false });
});

describe('what travels', () => {
  const options = (more: Partial<typeof config>) =>
    travelling(openLaneOf({ ...config, ...more }, at, '').recordOptions ?? expect.unreachable());
  const header = (field: string, name: string) => ({ field, origin: 'header' as const, path: [name] });

  test('is values alone, until an option reads keys or headers', () => {
    expect(options({})).toEqual({ keys: false, headers: [] });
    expect(options({ keyFormat: 'string' })).toEqual({ keys: true, headers: [] });
  });

  test('is each header that is named, once', () => {
    const sources = [header('a', 'x'), header('b', 'y'), header('c', 'x')];
    expect(options({ shape: { ...config.shape, sources } }).headers).toEqual(['x', 'y']);
  });
});
