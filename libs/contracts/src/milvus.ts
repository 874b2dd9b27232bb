// Milvus's own messages, as far as writing needs them (proto/milvus/write.proto).
export { DeleteRequest, MutationResult, Status, UpsertRequest } from './gen/milvus/write.ts';
