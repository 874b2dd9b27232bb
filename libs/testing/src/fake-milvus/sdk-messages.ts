import type { ServiceDefinition } from '@grpc/grpc-js';
import { getGRPCService } from '@zilliz/milvus2-sdk-node';

const loader = { keepCase: true, longs: String, enums: String, defaults: false, oneofs: true };
let declared: ServiceDefinition | undefined;

/**
 * A request as the message types read it that Milvus's own SDK ships: fields in the names of Milvus's proto, and only
 * those that travelled. No type of this project has a part in it.
 */
export function decodeWithSdk(method: 'Upsert' | 'Delete', bytes: Buffer): unknown {
  declared ??= (
    getGRPCService({ serviceName: 'milvus.proto.milvus.MilvusService' }, loader) as unknown as {
      service: ServiceDefinition;
    }
  ).service;
  return declared[method]?.requestDeserialize(bytes);
}
