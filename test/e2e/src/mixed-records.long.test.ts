import { mixedRecords } from './stories/mixed-records.ts';

mixedRecords({ records: 200_000, timeoutMs: 600_000 });
