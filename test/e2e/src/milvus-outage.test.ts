import { milvusOutage } from './stories/milvus-outage.ts';

milvusOutage({ outageMs: 12_000, timeoutMs: 150_000 });
