import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest gRPC message between the services, both ways and on both ends, bytes. */
const messageBytesMax = 32 * 1024 * 1024;

const messageLimits: ChannelOptions = {
  'grpc.max_send_message_length': messageBytesMax,
  'grpc.max_receive_message_length': messageBytesMax,
};

/**
 * Channels spread streams over all addresses of a name, look it up again every second, notice a frozen peer within
 * 15 s, and never send anything twice by themselves.
 */
export const clientChannelOptions: ChannelOptions = {
  ...messageLimits,
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.enable_retries': 0,
};

export const serverOptions: ChannelOptions = {
  ...messageLimits,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_concurrent_streams': 10_000,
};
