import type { ConnectorConfig } from '@millrace/connector-config';
import { InsertMode, OpenLane, UnknownFields, ValueFormat } from '@millrace/contracts';
import type { TopicPartition } from './kafka-record.ts';

const insertModes = { upsert: InsertMode.UPSERT, insert: InsertMode.INSERT } as const;
const unknownFields = { error: UnknownFields.ERROR, ignore: UnknownFields.IGNORE } as const;

/** What validator and inserter are told of the connector that a lane belongs to. */
export function openLaneOf(config: ConnectorConfig, { topic, partition }: TopicPartition, session: string): OpenLane {
  const endpoint = config.publicEndpoint;
  return OpenLane.fromPartial({
    connector: config.name,
    topic,
    partition,
    session,
    target: {
      endpoint: endpoint ? `${endpoint.tls ? 'https' : 'http'}://${endpoint.host}:${endpoint.port}` : '',
      token: config.token?.reveal() ?? '',
      database: config.databaseName ?? '',
      collection: config.collectionName,
    },
    recordOptions: { valueFormat: ValueFormat.JSON, unknownFields: unknownFields[config.unknownFields] },
    writeOptions: {
      insertMode: config.insertMode ? insertModes[config.insertMode] : InsertMode.UNSPECIFIED,
      stopAtRejection: config.errors.tolerance === 'none',
    },
    stripeCount: 1,
  });
}
