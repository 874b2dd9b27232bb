// The wire contract: what `npm run generate` makes of proto/millrace, by name.
export { gather, type Pieces, type ScatteredRecordBatch } from './codecs/scattered-record-batch.ts';
export { type ElementForm, elementFormOf } from './element-form.ts';
export {
  Collection,
  Column,
  Deletes,
  DescribeCollectionRequest,
  DescribeCollectionResponse,
  EntityBatch,
  Field,
  FieldType,
  type InserterServer,
  InsertRequest,
  InsertResponse,
  SchemaVersion,
} from './gen/millrace/v1/inserter.ts';
export {
  BatchTiming,
  DeleteMarker,
  Drain,
  Failure,
  FailureClass,
  FieldSource,
  InsertMode,
  KeyFormat,
  LaneOpened,
  LaneRefused,
  NotAppliedReason,
  OpenLane,
  Outcome,
  PrimaryKeyMode,
  RecordOptions,
  Rejection,
  RejectionStage,
  Renaming,
  Result,
  Source,
  Target,
  Tombstones,
  UnknownFields,
  ValueFormat,
  Violation,
  WriteOptions,
} from './gen/millrace/v1/lane.ts';
export {
  CheckedRecords,
  CheckRequest,
  CheckResponse,
  HeaderColumn,
  RecordBatch,
  type SchemaValidatorServer,
  ValidateRequest,
  ValidateResponse,
} from './gen/millrace/v1/schema_validator.ts';
export { schemaVersionText } from './schema-version.ts';
export { isAtLeast, type MilvusVersion, type ServerVersion, serverVersionOf } from './server-version.ts';
export {
  InserterClient,
  InserterService,
  insertRequests,
  type OutgoingValidateRequest,
  SchemaValidatorClient,
  SchemaValidatorService,
  validateRequests,
} from './services.ts';
export { type FieldFault, type StatusDetails, statusDetails, statusWithDetails } from './status-details.ts';
