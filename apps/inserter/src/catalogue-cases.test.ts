import { status } from '@grpc/grpc-js';
import { Secret } from '@millrace/connector-config';
import { type Failure, Target } from '@millrace/contracts';
import { Status } from '@millrace/contracts/milvus';
import { failureEntry } from '@millrace/errors';
import { expect, test } from 'vitest';
import { unreachable } from './failures.ts';
import { clockFailure } from './lane.ts';
import { classifyGrpc, classifyStatus, notAuthenticated, notImplemented } from './milvus-errors.ts';
import { Targets } from './targets.ts';

const address = 'http://localhost:19530';
const refusal = (code: number, reason: string) => classifyStatus(Status.fromPartial({ code, reason })).failure;

const targets = new Targets({
  defaultEndpoint: address,
  defaultToken: new Secret(''),
  allowedEndpoints: ['http://localhost:19530'],
  connectTimeoutMs: 1,
  references: { env: {}, readFile: () => Buffer.alloc(0), allow: () => false },
});
function target(given: Partial<Target>): Failure | undefined {
  const resolved = targets.resolve(Target.fromPartial({ collection: 'books', ...given }));
  return 'code' in resolved ? resolved : undefined;
}

/** What the inserter says in the cases that the pages show. */
const cases: readonly (Failure | undefined)[] = [
  refusal(8, 'request is rejected by limiter, rate limit exceeded[rate=0.1]'),
  refusal(9, 'quota exceeded[reason=disk quota exceeded, please allocate more resources]'),
  refusal(905, 'node not available[node=3]'),
  refusal(100, 'collection not found[database=default][collection=books]'),
  refusal(800, 'database not found[database=library]'),
  refusal(200, 'partition not found[partition=old]'),
  refusal(105, 'collection exceeds the maximum number of indexes'),
  refusal(1100, 'invalid parameter[expected=a][actual=b]'),
  classifyGrpc({ code: status.UNAVAILABLE, details: 'read ECONNRESET' }, address).failure,
  unreachable(address, 'connect ECONNREFUSED 127.0.0.1:19530'),
  notAuthenticated(address, 'auth check failure, please check api key is correct'),
  notImplemented(address),
  clockFailure(5_000, 0),
  target({ endpoint: 'ftp://milvus:21' }),
  target({ endpoint: 'https://elsewhere.example.com:19530' }),
  target({ token: '${env:HOME}' }),
];

test.each(cases)('$code says what its page shows', (told) => {
  expect(told?.message).toBe(failureEntry(told?.code ?? '')?.told);
});
