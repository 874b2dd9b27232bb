import { milvusOutage } from './stories/milvus-outage.ts';

milvusOutage({ outageMs: 60_000, timeoutMs: 600_000 });
