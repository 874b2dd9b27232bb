import { flag, integer, oneOf, optionalText, port, text } from './settings.ts';

/** The settings that every service has. */
export function commonSettings(httpPort: number) {
  return {
    logLevel: oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info', 'least level logged'),
    httpHost: text('HTTP_HOST', '127.0.0.1', 'address of /livez, /readyz, /status and /metrics; 0.0.0.0 in images'),
    httpPort: port('HTTP_PORT', httpPort, 'port of the same; 0 takes a free one'),
    shutdownTimeoutMs: integer(
      'SHUTDOWN_TIMEOUT_MS',
      9_000,
      { min: 0, max: 600_000 },
      'longest orderly stop after SIGTERM, milliseconds',
    ),
    tlsCertFile: optionalText('TLS_CERT_FILE', 'certificate chain (PEM) that this service shows to the other services'),
    tlsKeyFile: optionalText('TLS_KEY_FILE', 'its private key (PEM)'),
    tlsCaFile: optionalText('TLS_CA_FILE', 'authorities (PEM) that the other services are checked against'),
  };
}

/** The further settings of a service that serves gRPC. */
export function grpcServerSettings(grpcPort: number) {
  return {
    grpcHost: text('GRPC_HOST', '127.0.0.1', 'address that gRPC is served on; 0.0.0.0 in images'),
    grpcPort: port('GRPC_PORT', grpcPort, 'port of the same; 0 takes a free one'),
    grpcReflection: flag('GRPC_REFLECTION', true, 'serve the reflection service'),
  };
}

/** Limits of the streams of one server. */
export function streamLimitSettings() {
  return {
    budgetBytes: integer(
      'STREAM_BUDGET_BYTES',
      134_217_728,
      { min: 1_048_576, max: 8_589_934_592 },
      'unanswered bytes over all streams',
    ),
    batchBytesMax: integer(
      'BATCH_BYTES_MAX',
      4_194_304,
      { min: 65_536, max: 16_777_216 },
      'largest batch accepted, bytes',
    ),
    streamBatchesMax: integer(
      'STREAM_BATCHES_MAX',
      8,
      { min: 1, max: 64 },
      'most unanswered batches that one stream is granted',
    ),
  };
}
