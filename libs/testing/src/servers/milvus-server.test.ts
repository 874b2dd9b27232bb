import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunMilvus } from './milvus-install.ts';
import type { MilvusServer } from './milvus-lite-server.ts';
import { startMilvus } from './milvus-server.ts';

/** Starts a Milvus in a process of its own and prints its address and pid. */
const otherOwner = `
  import { startMilvus } from ${JSON.stringify(join(import.meta.dirname, 'milvus-server.ts'))};
  const { address, pid } = await startMilvus({ dataDir: process.argv[1] });
  console.log(JSON.stringify({ address, pid }));
  setInterval(() => {}, 1_000);`;

describe.runIf(canRunMilvus)('a real Milvus 2.3.5', () => {
  let server: MilvusServer;
  beforeAll(async () => {
    server = await startMilvus();
  }, 300_000);
  afterAll(() => server?.remove());

  it('tells its version, and keeps what an upsert wrote', { timeout: 60_000 }, async () => {
    const client = new MilvusClient({ address: server.address, maxRetries: 0 });
    expect((await client.getVersion()).version).toBe('v2.3.5-lite');
    await client.createCollection({
      collection_name: 'kept',
      fields: [
        { name: 'id', data_type: DataType.Int64, is_primary_key: true },
        { name: 'vector', data_type: DataType.FloatVector, dim: 2 },
      ],
      index_params: [{ field_name: 'vector', index_type: 'FLAT', metric_type: 'L2' }],
    });
    const written = await client.upsert({ collection_name: 'kept', data: [{ id: 7, vector: [0.5, -2] }] });
    expect(written.status.error_code).toBe('Success');
    const found = await client.query({ collection_name: 'kept', filter: 'id >= 0', output_fields: ['vector'] });
    expect(found.data).toEqual([{ id: '7', vector: [0.5, -2] }]);
    await client.closeConnection();
  });

  it('runs beside another, which ends when its owner is killed', { timeout: 60_000 }, async () => {
    const folder = join(server.logFile, '..', 'other');
    const owner = spawn(process.execPath, ['--input-type=module', '-e', otherOwner, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: owner.stdout }), 'line');
    const other: { readonly address: string; readonly pid: number } = JSON.parse(line);
    expect(other.address).not.toBe(server.address);
    expect([server.running, existsSync(`/proc/${other.pid}`)]).toEqual([true, true]);
    owner.kill('SIGKILL');
    await expect.poll(() => existsSync(`/proc/${other.pid}`), { timeout: 5_000 }).toBe(false);
    expect(server.running).toBe(true);
  });
});
