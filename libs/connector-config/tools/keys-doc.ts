import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keysPage } from '../src/keys-page.ts';

// Writes docs/connector-keys.md; a test fails while the page is not what this writes.
writeFileSync(join(import.meta.dirname, '../../../docs/connector-keys.md'), keysPage());
