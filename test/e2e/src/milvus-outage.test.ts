import { overQuota, stopped } from './harness/outage-servers.ts';
import { milvusOutage } from './stories/milvus-outage.ts';

milvusOutage(stopped, { outageMs: 12_000, timeoutMs: 150_000 });
milvusOutage(overQuota, { outageMs: 12_000, timeoutMs: 150_000 });
