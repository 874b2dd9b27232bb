import { canRunMilvus } from '@millrace/testing';
import { overQuota, silent, stopped } from './harness/outage-servers.ts';
import { milvusOutage } from './stories/milvus-outage.ts';

const tenMinutesMs = 600_000;

milvusOutage(stopped, { outageMs: 60_000, timeoutMs: 600_000 });
milvusOutage(overQuota, { outageMs: tenMinutesMs, timeoutMs: 3 * tenMinutesMs });
if (canRunMilvus) milvusOutage(silent, { outageMs: tenMinutesMs, timeoutMs: 3 * tenMinutesMs });
