import type { ConnectorConfig } from '../connector-config.ts';
import type { ConnectorReader } from './read-connector.ts';

type MemberUse = Pick<ConnectorConfig, 'shape' | 'primaryKey' | 'deletes'>;

/** Reports options that read a top-level member of the value which other options leave out. */
export function checkMembers(read: ConnectorReader, { shape, primaryKey, deletes }: MemberUse): void {
  const uses = [
    ...shape.sources.map(({ origin, path }) => ['fields.source', origin === 'value' ? path[0] : undefined] as const),
    ['pk.fields', primaryKey.mode === 'record_value' ? primaryKey.path[0] : undefined] as const,
    ['delete.marker.path', deletes.marker?.path[0]] as const,
  ];
  for (const [key, member] of uses) {
    if (member === undefined) continue;
    if (shape.exclude.includes(member)) {
      read.problem(key, `reads ${member}, which fields.exclude leaves out`, { help: excludedHelp });
    } else if (shape.include.length > 0 && !shape.include.includes(member)) {
      read.problem(key, `reads ${member}, which fields.include does not name`, { help: 'add it to fields.include' });
    }
  }
}

const excludedHelp = 'take it out of fields.exclude: what an option reads is no unknown field';
