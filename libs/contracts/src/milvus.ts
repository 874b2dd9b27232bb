// Milvus's own messages, as far as writing and reading rows need them (proto/milvus).
export {
  DescribeCollectionRequest,
  DescribeCollectionResponse,
  type FieldRun,
  QueryRequest,
  QueryResults,
  type ValueField,
} from './gen/milvus/read/query.ts';
export { DeleteRequest, MutationResult, Status, UpsertRequest } from './gen/milvus/write.ts';
