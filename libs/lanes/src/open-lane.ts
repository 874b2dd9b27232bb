import { type ConnectorConfig, collectionOf } from '@millrace/connector-config';
import { OpenLane } from '@millrace/contracts';
import type { TopicPartition } from './kafka-record.ts';
import { recordOptionsOf, writeOptionsOf } from './record-options.ts';

/** What validator and inserter are told of the connector that a lane belongs to. */
export function openLaneOf(config: ConnectorConfig, { topic, partition }: TopicPartition, session: string): OpenLane {
  const { publicEndpoint: endpoint, route, token } = config;
  return OpenLane.fromPartial({
    connector: config.name,
    topic,
    partition,
    session,
    target: {
      endpoint: endpoint ? `${endpoint.tls ? 'https' : 'http'}://${endpoint.host}:${endpoint.port}` : '',
      token: token?.reveal() ?? '',
      database: route.database ?? '',
      collection: collectionOf(route, topic) ?? '',
      partition: route.partition ?? '',
    },
    recordOptions: recordOptionsOf(config),
    writeOptions: writeOptionsOf(config),
    stripeCount: 1,
  });
}
