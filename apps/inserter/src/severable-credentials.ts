import type { Socket } from 'node:net';
import { ChannelCredentials } from '@grpc/grpc-js';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * Credentials that remember the TCP connections made with them, so that these can be cut off. Closing a gRPC channel
 * lets its connection end in good order: bytes that wait in the kernel still go out. A write whose deadline has passed
 * must not be delivered any more (GUARANTEES, assumption A), so its connection is reset instead.
 */
export class SeverableCredentials extends ChannelCredentials {
  readonly #inner: ChannelCredentials;
  readonly #sockets = new Set<Socket>();

  constructor(inner: ChannelCredentials) {
    super();
    this.#inner = inner;
  }

  /** Resets every connection; unsent bytes are dropped. */
  sever(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  override _isSecure(): boolean {
    return this.#inner._isSecure();
  }

  /** Never shared with another channel. */
  override _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  override _createSecureConnector(...args: Parameters<ChannelCredentials['_createSecureConnector']>): SecureConnector {
    const connector = this.#inner._createSecureConnector(...args);
    return {
      connect: (socket) => {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
        return connector.connect(socket);
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }
}
