import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsPage } from '../src/metrics-page.ts';

// Writes docs/metrics.md; a test fails while it is not what this writes.
writeFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), metricsPage());
