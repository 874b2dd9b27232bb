import type { PrimaryKeyConfig } from '../connector-config.ts';
import { primaryKeyModes } from '../keys/write-keys.ts';
import type { ConnectorReader } from './read-connector.ts';

/** Reads where the primary key comes from. */
export function readPrimaryKey(read: ConnectorReader): PrimaryKeyConfig {
  const mode = read.choice('pk.mode', primaryKeyModes);
  const names = read.names('pk.fields');
  if (names.length > 1) {
    read.problem('pk.fields', 'a collection has one primary key, so this is one member');
  }
  if (mode === 'kafka' && names.length > 0) {
    read.problem('pk.fields', 'means nothing with pk.mode=kafka, which makes the key itself', { help: 'leave it out' });
  }
  return { mode, path: names.slice(0, 1) };
}
