import type { ConnectorConfig, DeletesConfig } from '../connector-config.ts';
import { parseFieldPath } from '../field-path.ts';
import { nullValueBehaviors } from '../keys/write-keys.ts';
import type { ConnectorReader } from './read-connector.ts';

/** Reads what deletes, and checks that a delete can know its key. */
export function readDeletes(
  read: ConnectorReader,
  { insertMode, primaryKey }: Pick<ConnectorConfig, 'insertMode' | 'primaryKey'>,
): DeletesConfig {
  const tombstones = readTombstones(read);
  const marker = readMarker(read);
  const why =
    insertMode === 'insert'
      ? 'with insert.mode=insert several entities may have one key'
      : primaryKey.mode === 'kafka'
        ? 'with pk.mode=kafka no later record has the key of an earlier one'
        : undefined;
  if (why === undefined) return { tombstones, marker };
  const key = read.entry('delete.enabled') === undefined ? 'behavior.on.null.values' : 'delete.enabled';
  if (tombstones === 'delete') read.problem(key, `deletes need a key: ${why}`);
  if (marker !== undefined) read.problem('delete.marker.path', `deletes need a key: ${why}`);
  return { tombstones, marker };
}

function readTombstones(read: ConnectorReader): DeletesConfig['tombstones'] {
  const enabled = read.optionalFlag('delete.enabled');
  const behavior = read.optionalChoice('behavior.on.null.values', nullValueBehaviors);
  if (enabled === true && behavior !== undefined && behavior !== 'delete') {
    read.problem('delete.enabled', `contradicts behavior.on.null.values=${behavior}`, {
      help: 'leave one of them out',
    });
  }
  if (enabled === false && behavior === 'delete') {
    read.problem('delete.enabled', 'contradicts behavior.on.null.values=delete', { help: 'leave one of them out' });
  }
  return behavior ?? (enabled === true ? 'delete' : 'fail');
}

function readMarker(read: ConnectorReader): DeletesConfig['marker'] {
  const text = read.text('delete.marker.path');
  const values = read.names('delete.marker.values');
  if (text === undefined) {
    if (values.length > 0) read.problem('delete.marker.path', 'must be set, as delete.marker.values is');
    return undefined;
  }
  const marker = parseFieldPath(text);
  if ('failure' in marker) {
    const help = marker.help === undefined ? {} : { help: marker.help };
    read.problem('delete.marker.path', marker.failure, { foundAt: marker.at, ...help });
    return undefined;
  }
  if (marker.origin !== 'value') {
    read.problem('delete.marker.path', 'must name a member of the record value', { help: 'as in $.op' });
  }
  if (values.length === 0) read.problem('delete.marker.values', 'must be set, as delete.marker.path is');
  return { path: marker.path, values };
}
