import { mixedRecords } from './stories/mixed-records.ts';

mixedRecords({ records: 20_000, timeoutMs: 120_000 });
