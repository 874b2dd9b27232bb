import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';

/**
 * Bytes that a client may send on a stream, and on its connection, before it has to wait for the server: a batch of the
 * usual size. With the 64 KiB that are HTTP/2's own, each batch stops a dozen times to wait for the other side, which
 * costs more CPU time than to move it (docs/performance.md).
 */
export const receiveWindowBytes = 1024 * 1024;

/**
 * Has the HTTP/2 servers of this process take that much, until the returned function is called. grpc-js has an option for
 * it on its clients alone (grpc-node, issue 3058), so it is done where Node tells of a new stream: with the first one of
 * each connection.
 */
export function widenReceiveWindows(): () => void {
  subscribe(streamCreated, onStream);
  return () => unsubscribe(streamCreated, onStream);
}

const streamCreated = 'http2.server.stream.created';
const widened = new WeakSet<Http2Session>();

function onStream(message: unknown): void {
  const { session } = (message as { readonly stream: ServerHttp2Stream }).stream;
  if (!session || session.destroyed || widened.has(session)) return;
  widened.add(session);
  session.settings({ initialWindowSize: receiveWindowBytes });
  session.setLocalWindowSize(receiveWindowBytes);
}
