import { Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statusDetails, statusWithDetails } from './status-details.ts';

const details = {
  code: 'stream.contract_broken',
  docs: 'docs/errors/stream.contract_broken.md',
  fields: [{ field: 'batch.sequence', description: 'batch 7 is not the next one' }],
};

test('details come back as they went', () => {
  const told = statusWithDetails(status.INVALID_ARGUMENT, 'batch 7 is not the next one', details);
  expect(told).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'batch 7 is not the next one' });
  expect(statusDetails(told)).toEqual(details);
  expect(statusDetails(statusWithDetails(status.INTERNAL, '', { ...details, fields: [] }))?.fields).toEqual([]);
});

test('the bytes are those of google.rpc.Status, by hand', () => {
  const { metadata } = statusWithDetails(3, 'm', { code: 'r', docs: 'd', fields: [{ field: 'f', description: 'x' }] });
  const text = (number: number, value: Buffer | string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  };
  const entry = Buffer.concat([text(1, 'docs'), text(2, 'd')]);
  const info = Buffer.concat([text(1, 'r'), text(2, 'millrace'), text(3, entry)]);
  const request = text(1, Buffer.concat([text(1, 'f'), text(2, 'x')]));
  const any = (name: string, value: Buffer) =>
    text(3, Buffer.concat([text(1, `type.googleapis.com/google.rpc.${name}`), text(2, value)]));
  expect(metadata.get('grpc-status-details-bin')).toEqual([
    Buffer.concat([Buffer.from([8, 3]), text(2, 'm'), any('ErrorInfo', info), any('BadRequest', request)]),
  ]);
});

test('texts are cut, so that trailers stay small whatever a client has sent', () => {
  const long = 'x'.repeat(100_000);
  const { details, metadata } = statusWithDetails(3, long, {
    code: 'r',
    docs: 'd',
    fields: [{ field: 'f', description: long }],
  });
  expect(details).toHaveLength(500);
  expect(Buffer.from(metadata.get('grpc-status-details-bin')[0] ?? '').length).toBeLessThan(1_500);
});

test('what is no details of ours is none, whatever the bytes', () => {
  expect(statusDetails({ metadata: new Metadata() })).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const metadata = new Metadata();
      metadata.set('grpc-status-details-bin', Buffer.from(bytes));
      expect(statusDetails({ metadata })).toBeUndefined();
    }),
  );
});
