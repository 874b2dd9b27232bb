import { Server, ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import {
  FailureClass,
  OpenLane,
  Outcome,
  RecordBatch,
  SchemaValidatorService,
  statusWithDetails,
  type ValidateRequest,
  type ValidateResponse,
} from '@millrace/contracts';
import { afterEach, expect, test } from 'vitest';
import { ValidatorClient } from './validator-client.ts';

type Call = ServerDuplexStream<ValidateRequest, ValidateResponse>;
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

async function serve(handle: (call: Call) => void): Promise<ValidatorClient> {
  const server = new Server();
  server.addService(SchemaValidatorService, { validate: handle });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  endings.push(() => server.forceShutdown());
  return client(`127.0.0.1:${port}`);
}

function client(address: string): ValidatorClient {
  const made = new ValidatorClient(address, { tlsCertFile: undefined, tlsKeyFile: undefined, tlsCaFile: undefined });
  endings.push(() => made.close());
  return made;
}

/** Everything that a lane hears of a stream, after `act` has used it. */
async function hear(
  from: ValidatorClient,
  act: (stream: ReturnType<ValidatorClient['open']>) => void,
): Promise<string[]> {
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const stream = from.open(OpenLane.create({ connector: 'shop' }), {
      opened: () => heard.push('opened'),
      refused: ({ code }) => heard.push(`refused ${code}`),
      outcome: ({ sequence }) => heard.push(`outcome ${sequence}`),
      drain: () => heard.push('drain'),
      ended: (problem, code) => {
        heard.push(`ended ${problem}${code === undefined ? '' : ` ${code}`}`);
        resolve();
      },
    });
    act(stream);
  });
  return heard;
}

const answer = (sequence: bigint): ValidateResponse => ({
  message: { $case: 'outcome', value: { ...Outcome.create(), sequence } },
});

test('every message is heard before the end, also the last ones', async () => {
  const from = await serve((call) => {
    call.on('data', ({ message }: ValidateRequest) => {
      if (message?.$case === 'batch') for (let i = 0n; i < 500n; i++) call.write(answer(i));
    });
    call.on('end', () => call.end());
  });
  const heard = await hear(from, (stream) => {
    stream.send(RecordBatch.create());
    stream.halfClose();
  });
  expect(heard).toHaveLength(501);
  expect(heard.slice(-2)).toEqual(['outcome 499', 'ended undefined']);
});

test('answers before a broken status are heard as well', async () => {
  const from = await serve((call) => {
    for (let i = 0n; i < 100n; i++) call.write(answer(i));
    call.emit('error', { code: status.UNAVAILABLE, details: 'draining' });
  });
  const heard = await hear(from, () => {});
  expect(heard.at(-1)).toContain('ended the stream: UNAVAILABLE draining');
  expect(heard).toHaveLength(101);
});

test('details of a broken status name its code and the fields that are to blame', async () => {
  const fields = [{ field: 'batch.sequence', description: 'batch 7 is not the next one' }];
  const details = { code: 'stream.contract_broken', docs: '', fields };
  const from = await serve((call) => {
    call.emit('error', statusWithDetails(status.INVALID_ARGUMENT, 'batch 7 is not the next one', details));
  });
  const [problem] = await hear(from, () => {});
  expect(problem).toMatch(
    /ended the stream: INVALID_ARGUMENT batch 7 is not the next one \(batch\.sequence\) stream\.contract_broken$/,
  );
});

test('a refusal is told with its code', async () => {
  const from = await serve((call) => {
    const failure = {
      class: FailureClass.OPERATOR,
      code: 'milvus.collection_missing',
      message: '',
      hint: '',
      milvusCode: 0,
      retryAfterMs: 0n,
    };
    call.write({ message: { $case: 'refused', value: { failure } } });
    call.end();
  });
  expect(await hear(from, () => {})).toEqual(['refused milvus.collection_missing', 'ended undefined']);
});

test('a server that is not there ends the stream with the reason, once', async () => {
  const [problem, ...more] = await hear(client('127.0.0.1:1'), () => {});
  expect(problem).toContain('the schema-validator at 127.0.0.1:1 cannot be reached');
  expect(more).toEqual([]);
});

test('a cancelled stream ends', async () => {
  const from = await serve(() => {});
  const [problem] = await hear(from, (stream) => stream.cancel());
  expect(problem).toContain('CANCELLED');
});
