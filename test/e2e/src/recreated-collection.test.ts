import { canRunMilvus } from '@millrace/testing';
import { recreatedCollection } from './stories/recreated-collection.ts';

// A lane that finds no collection looks again after five seconds.
recreatedCollection('milvus-lite', { times: 3, timeoutMs: 120_000 });
if (canRunMilvus) recreatedCollection('Milvus 2.3.5', { times: 2, timeoutMs: 120_000 });
