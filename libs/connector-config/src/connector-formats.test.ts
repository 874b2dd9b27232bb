import { expect, test } from 'vitest';
import { loadFrom, problemsOf } from '../test/memory-files.ts';

const properties = String.raw`
name=no
topics.regex=orders\\.v\\d+
topics.refresh.interval.ms=5000
collection.name.format=shop_${'$'}{topic}
collection.name.map=orders.v1:first,orders.v2:007
partition.name=on
fields.exclude=debug,'a, b'
fields.rename=docId:id,'x:y':z
fields.source=author:$.meta['last, first'],tenant:$header['x-tenant'],at:$timestamp
delete.marker.path=$.op
delete.marker.values=d,1,true,no
pk.fields=id
`;

const yaml = String.raw`
name: no
topics:
  regex: orders\.v\d+
  refresh.interval.ms: 5000
collection.name:
  format: shop_${'$'}{topic}
  map:
    orders.v1: first
    orders.v2: 007
partition.name: on
fields:
  exclude: [debug, "a, b"]
  rename: {docId: id, "x:y": z}
  source:
    author: $.meta['last, first']
    tenant: $header['x-tenant']
    at: $timestamp
delete.marker:
  path: $.op
  values: [d, 1, true, no]
pk.fields: [id]
`;

const json = JSON.stringify({
  name: 'no',
  config: {
    'topics.regex': String.raw`orders\.v\d+`,
    'topics.refresh.interval.ms': 5000,
    'collection.name.format': `shop_${'$'}{topic}`,
    'collection.name.map': { 'orders.v1': 'first', 'orders.v2': '007' },
    'partition.name': 'on',
    'fields.exclude': ['debug', 'a, b'],
    'fields.rename': ['docId:id', "'x:y':z"],
    'fields.source': "author:$.meta['last, first'],tenant:$header['x-tenant'],at:$timestamp",
    'delete.marker.path': '$.op',
    'delete.marker.values': ['d', 1, true, 'no'],
    'pk.fields': 'id',
  },
});

test('the same keys mean the same in all three formats; lists and maps may be written as such', () => {
  const [fromProperties, fromYaml, fromJson] = [
    loadFrom({ '/c/a.properties': properties }),
    loadFrom({ '/c/a.yaml': yaml }),
    loadFrom({ '/c/a.json': json }),
  ].map((loaded) => {
    expect(problemsOf(loaded)).toEqual([]);
    const [connector] = loaded.connectors;
    return connector && { ...connector, file: '', shown: {} };
  });
  expect(fromYaml).toEqual(fromProperties);
  expect(fromJson).toEqual(fromProperties);
  expect(fromYaml).toMatchObject({
    name: 'no',
    topics: { names: [], refreshIntervalMs: 5000 },
    route: {
      partition: 'on',
      collections: new Map([
        ['orders.v1', 'first'],
        ['orders.v2', '007'],
      ]),
    },
    shape: {
      exclude: ['debug', 'a, b'],
      renames: [
        { from: 'docId', to: 'id' },
        { from: 'x:y', to: 'z' },
      ],
      sources: [{ field: 'author', path: ['meta', 'last, first'] }, { field: 'tenant' }, { field: 'at' }],
    },
    deletes: { marker: { path: ['op'], values: ['d', '1', 'true', 'no'] } },
  });
  expect(fromYaml?.topics?.pattern?.source).toBe(String.raw`orders\.v\d+`);
});

test('numbers and booleans in YAML keep their literal text, also where they are a problem', () => {
  const load = (line: string) => loadFrom({ '/c/a.yaml': `name: a\ntopics: [t]\ncollection.name: c\n${line}` });
  expect(load('delete.enabled: no').problems).toMatchObject([
    { line: 4, found: 'no', message: 'must be true or false' },
  ]);
  expect(load('topics.refresh.interval.ms: 1e3').problems).toMatchObject([{ found: '1e3' }]);
  expect(problemsOf(load('fields.include: [{a: b}]'))).toEqual([
    'fields.include: a list may hold plain values only, without commas',
  ]);
  expect(problemsOf(load('fields.rename: {a: [b]}'))).toEqual(['fields.rename: a map may hold plain values only']);
  expect(problemsOf(load('fields.rename: ["a:b,c:d"]'))).toHaveLength(1);
});

test('what transformations are for is told for those that are there', () => {
  const { problems } = loadFrom({
    '/c/a.properties': [
      'name=a',
      'topics=t',
      'collection.name=c',
      'transforms=pick,route,mine',
      'transforms.pick.type=org.apache.kafka.connect.transforms.ReplaceField$Value',
      'transforms.pick.exclude=debug',
      'transforms.route.type=org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.mine.type=com.example.Mine',
    ].join('\n'),
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ key: 'transforms', line: 4 });
  expect(problems[0]?.help).toBe(
    'leave it out, and use keys instead. ReplaceField: fields.include, fields.exclude and fields.rename. RegexRouter: collection.name.format or collection.name.map',
  );
});
