import { isIP, connect as openPlain, type Socket } from 'node:net';
import { connect as openTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { FrameReader } from './frame-reader.ts';

/** As kafkajs's own sockets have it. */
const keepAliveDelayMs = 60_000;

/**
 * Sockets for kafkajs that hand it whole responses, each in one buffer: a `data` event for each. kafkajs's own sockets
 * hand it pieces of 64 KiB, each in a buffer of its own, which it keeps and then copies together.
 */
export const framedSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const frames = new FrameReader((frame) => void socket.emit('data', frame));
  const onread = {
    buffer: () => frames.space,
    callback: (bytes: number) => {
      try {
        frames.filled(bytes);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
      return true;
    },
  };
  // Node's types do not know that TLS takes `onread` as well (its documentation of `tls.connect` tells).
  const onRead: object = { onread };
  const serverName = isIP(host) ? {} : { servername: host };
  const socket: Socket = ssl
    ? openTls({ host, port, ...serverName, ...ssl, ...onRead }, onConnect)
    : openPlain({ host, port, onread }, onConnect);
  return socket.setKeepAlive(true, keepAliveDelayMs);
};
