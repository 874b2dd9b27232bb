import { FailureClass, FieldType, InsertMode } from '@millrace/contracts';
import { describe, expect, test } from 'vitest';
import { type Planning, planCollection } from './plan.ts';
import { books, collection, field } from './testing/collections.ts';

const autoId = {
  ...books,
  fields: books.fields.map((of) => ({ ...of, isAutoId: of.isPrimaryKey })),
};

function planned(planning: Planning) {
  if ('failure' in planning) throw new Error(planning.failure.message);
  return planning.plan;
}

describe('the insert mode', () => {
  test.each([
    [InsertMode.UNSPECIFIED, books, InsertMode.UPSERT],
    [InsertMode.UPSERT, books, InsertMode.UPSERT],
    [InsertMode.INSERT, books, InsertMode.INSERT],
    [InsertMode.UNSPECIFIED, autoId, InsertMode.INSERT],
    [InsertMode.INSERT, autoId, InsertMode.INSERT],
  ])('%s becomes what the collection allows', (wanted, of, mode) => {
    expect(planned(planCollection(of, wanted)).insertMode).toBe(mode);
  });

  test('upsert into a collection that makes its own keys is refused', () => {
    expect(planCollection(autoId, InsertMode.UPSERT)).toMatchObject({
      failure: { code: 'V102', class: FailureClass.OPERATOR, message: expect.stringContaining('autoID on `id`') },
    });
  });
});

test('types that are not supported are refused, all of them by name and with the server', () => {
  const unsupported = collection([
    field('id', FieldType.INT64, { isPrimaryKey: true }),
    field('mol', 27 as FieldType, { typeName: 'Mol' }),
    field('day', 28 as FieldType, { typeName: 'Date' }),
    field('odd', 4711 as FieldType, { typeName: '' }),
  ]);
  expect(planCollection(unsupported, InsertMode.UNSPECIFIED)).toMatchObject({
    failure: {
      code: 'V101',
      class: FailureClass.OPERATOR,
      message:
        'collection `books` (server v2.6.22) has fields of types that are not supported: ' +
        '`mol` (Mol), `day` (Date), `odd` (type 4711)',
    },
  });
});

test('a function output may be of any type, since it is never sent', () => {
  const sparse = field('sparse', 104 as FieldType, { isFunctionOutput: true });
  const plan = planned(planCollection({ ...books, fields: [...books.fields, sparse] }, InsertMode.UPSERT));
  expect(plan.fields.map(({ plan: { name } }) => name)).toEqual(['id', 'title', 'title_vector']);
  expect([...plan.generated.keys()]).toEqual(['sparse']);
});
