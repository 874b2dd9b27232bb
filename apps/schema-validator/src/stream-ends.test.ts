import { status } from '@grpc/grpc-js';
import { OpenLane, statusDetails, Target, ValidateRequest } from '@millrace/contracts';
import { endOfPlainCall, FakeInserter } from '@millrace/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningService } from './service.ts';
import { books, goodBook } from './testing/collections.ts';
import { recordBatch } from './testing/record-batches.ts';
import { startValidator } from './testing/running-validator.ts';

let inserter: FakeInserter;
let validator: RunningService;
beforeEach(async () => {
  inserter = new FakeInserter();
  inserter.collections.set('books', books);
  validator = await startValidator(await inserter.start());
});
afterEach(async () => {
  await validator.stop();
  inserter.stop();
});

const open = (collection: string) =>
  ValidateRequest.encode({
    message: { $case: 'open', value: { ...OpenLane.create(), target: { ...Target.create(), collection } } },
  }).finish();
const batch = (sequence: bigint) =>
  ValidateRequest.encode({
    message: { $case: 'batch', value: recordBatch([{ value: goodBook(1) }], { sequence, firstOffset: 0n }) },
  }).finish();

const endOf = (...messages: Uint8Array[]) =>
  endOfPlainCall(validator.grpcPort, '/millrace.v1.SchemaValidator/Validate', messages);

test('a client that breaks the contract reads which rule and which field in the details of the status', async () => {
  const end = await endOf(open(''));
  expect(end).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'OpenLane names no collection' });
  expect(statusDetails(end)).toEqual({
    code: 'stream.contract_broken',
    docs: 'docs/errors/stream.contract_broken.md',
    fields: [{ field: 'open.target.collection', description: 'OpenLane names no collection' }],
  });
  expect(String(end.metadata.get('grpc-status-details-bin')[0])).toContain('type.googleapis.com/google.rpc.BadRequest');
});

test('where no field is to blame, the details name none', async () => {
  const end = await endOf(batch(1n));
  expect(statusDetails(end)).toMatchObject({ code: 'stream.contract_broken', fields: [] });
});
