import {
  type CallOptions,
  type ChannelCredentials,
  type Client,
  type ClientDuplexStream,
  type ClientOptions,
  type Metadata,
  makeGenericClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { entityBatchForm, recordBatchForm } from './codecs/batch-forms.ts';
import { type LaneRequest, laneRequestCodec } from './codecs/lane-request.ts';
import type { ScatteredRecordBatch } from './codecs/scattered-record-batch.ts';
import * as inserter from './gen/millrace/v1/inserter.ts';
import * as validator from './gen/millrace/v1/schema_validator.ts';

const { validate } = validator.SchemaValidatorService;
const { insert } = inserter.InserterService;
export const validateRequests = laneRequestCodec(recordBatchForm, validate.requestSerialize);
export const insertRequests = laneRequestCodec(entityBatchForm, insert.requestSerialize);

/** The generated definition, with a codec of our own for what carries the records. */
export const SchemaValidatorService = {
  ...validator.SchemaValidatorService,
  validate: { ...validate, requestSerialize: validateRequests.serialize, requestDeserialize: validateRequests.decode },
} as const;

/** The generated definition, with a codec of our own for what carries the rows. */
export const InserterService = {
  ...inserter.InserterService,
  insert: { ...insert, requestSerialize: insertRequests.serialize, requestDeserialize: insertRequests.decode },
} as const;

/** A ValidateRequest as its client writes it. */
export type OutgoingValidateRequest = LaneRequest<ScatteredRecordBatch>;

type ValidateCall = ClientDuplexStream<OutgoingValidateRequest, validator.ValidateResponse>;

export interface SchemaValidatorClient extends Client {
  validate(options?: Partial<CallOptions>): ValidateCall;
  validate(metadata: Metadata, options?: Partial<CallOptions>): ValidateCall;
  check: validator.SchemaValidatorClient['check'];
}

export const SchemaValidatorClient = clientOf<SchemaValidatorClient>(
  SchemaValidatorService,
  validator.SchemaValidatorClient.serviceName,
);

export type InserterClient = inserter.InserterClient;

export const InserterClient = clientOf<InserterClient>(InserterService, inserter.InserterClient.serviceName);

type ClientConstructor<Of> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => Of;

/** grpc-js gives a client its methods by the names of the definition, which its type does not show. */
function clientOf<Of extends Client>(definition: ServiceDefinition, name: string): ClientConstructor<Of> {
  return makeGenericClientConstructor(definition, name) as unknown as ClientConstructor<Of>;
}
