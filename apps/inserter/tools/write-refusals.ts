import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusalsPage } from '../src/refusals-page.ts';

// Writes docs/milvus-refusals.md; a test fails while the page is not what this writes.
writeFileSync(join(import.meta.dirname, '../../../docs/milvus-refusals.md'), refusalsPage());
