import { canRunMilvus } from '@millrace/testing';
import { recreatedCollection } from './stories/recreated-collection.ts';

recreatedCollection('milvus-lite', { times: 20, timeoutMs: 600_000 });
if (canRunMilvus) recreatedCollection('Milvus 2.3.5', { times: 20, timeoutMs: 600_000 });
