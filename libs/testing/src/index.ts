export * from './fake-inserter/index.ts';
export * from './fake-milvus/index.ts';
export { endOfPlainCall } from './plain-call.ts';
export * from './servers/index.ts';
