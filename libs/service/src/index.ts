export type { ClientCall, ServerCall } from './calls.ts';
export { commonSettings, grpcServerSettings, streamLimitSettings } from './common-settings.ts';
export { ConfigError } from './config-error.ts';
export { clientChannelOptions } from './grpc-options.ts';
export { GrpcServer, type GrpcServerOptions } from './grpc-server.ts';
export { type Health, healthRoutes } from './health.ts';
export { failure, type HttpAnswer, type HttpRoute, HttpServer } from './http-server.ts';
export { createLogger, type Logger } from './logger.ts';
export { exitCodes, runService, type Service, type ServiceContext } from './run-service.ts';
export { ServerPool, type ServerPoolListener, type ServerState } from './server-pool.ts';
export {
  flag,
  integer,
  oneOf,
  optionalText,
  parsed,
  port,
  readSettings,
  type Setting,
  type Settings,
  SettingsError,
  type SettingsOf,
  text,
} from './settings.ts';
export { extractTrace, injectTrace, startTelemetry, type TraceCarrier } from './telemetry.ts';
export { clientCredentials, isLoopback, serverCredentials, type TlsFiles } from './tls.ts';
