import type { SchemaVersion } from './gen/millrace/v1/inserter.ts';

/** A schema version as people see it, `id@timestamp#fingerprint`; empty where none is known. */
export function schemaVersionText(version: SchemaVersion | undefined): string {
  return version ? `${version.collectionId}@${version.schemaTimestamp}#${version.fingerprint.slice(0, 12)}` : '';
}
