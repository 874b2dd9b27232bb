import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPages } from '../src/error-pages.ts';

// Writes docs/errors/; a test fails while a page is not what this writes.
const folder = join(import.meta.dirname, '../../../docs/errors');
mkdirSync(folder, { recursive: true });
const pages = errorPages();
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(join(folder, file));
for (const [file, text] of pages) writeFileSync(join(folder, file), text);
