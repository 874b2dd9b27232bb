import { brokenDocuments } from './broken-documents.ts';
import type { BrokenKind } from './broken-kind.ts';
import { brokenValues } from './broken-values.ts';

/** Every way for a record to be unfit for the mixed collection. */
export const brokenKinds: readonly BrokenKind[] = [...brokenDocuments, ...brokenValues];
