/** A call frame of a V8 CPU profile. */
export interface CallFrame {
  readonly functionName: string;
  /** Empty for what is not JavaScript. */
  readonly url: string;
}

/** What the CPU time of a service is spent on, in the order of a record's way. */
export const stages = [
  'Kafka client',
  'lanes and delivery',
  'hop',
  'hop codecs',
  'parsing',
  'columns',
  'Milvus request',
  'Milvus send',
  'telemetry',
  'garbage collection',
  'runtime',
] as const;
export type Stage = (typeof stages)[number];

/** The first rule that fits names the stage of a frame; a frame that none fits belongs to who called it. */
const rules: readonly (readonly [Stage, RegExp])[] = [
  ['Kafka client', /node_modules\/kafkajs\/|\/libs\/kafka\/|\/kafka-source|\/group-/],
  [
    'telemetry',
    /node_modules\/(@opentelemetry|pino|sonic-boom)|\/libs\/metrics\/|\/events\.ts|\/metrics\.ts|batch-span|producer-contexts/,
  ],
  ['hop codecs', /\/libs\/contracts\/|@bufbuild\/protobuf|\/record-columns/],
  ['Milvus send', /\/milvus-client|\/milvus-writer|severable/],
  ['hop', /node_modules\/@grpc\/|node:internal\/http2|server-pool|validator-client|inserter-client/],
  ['parsing', /\/formats\/|\/record-batch|\/record-reader|\/shape\//],
  ['columns', /\/fields\/|\/numbers\/|column-builder|row-encoder|batch-checker|stripe-share/],
  ['Milvus request', /\/request\.ts|message-pieces|write-calls|\/merge\.ts|\/entries\.ts|column-run|\/varint/],
  ['lanes and delivery', /\/apps\/|\/libs\//],
];

const start = /amaro|node:internal\/(modules|bootstrap|main)|protobufjs|@zilliz|proto-loader/;

/** Whether the frame belongs to the start of a process, before any record has come. */
export function isOfStart({ url }: CallFrame): boolean {
  return start.test(url);
}

/** Of the frame itself; undefined where its callers decide. */
export function stageOf({ functionName, url }: CallFrame): Stage | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection';
  return rules.find(([, pattern]) => pattern.test(url))?.[0];
}
