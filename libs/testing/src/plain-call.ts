import { Client, credentials, type ServiceError } from '@grpc/grpc-js';

/**
 * Sends messages on a new stream, as bytes, with nothing but grpc-js, and waits for the status that ends it.
 *
 * @throws Error when it ends with OK
 */
export async function endOfPlainCall(
  port: number,
  path: string,
  messages: readonly Uint8Array[],
): Promise<ServiceError> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const bytes = (value: Buffer) => value;
  const call = client.makeBidiStreamRequest<Buffer, Buffer>(path, bytes, bytes);
  try {
    return await new Promise<ServiceError>((resolve, reject) => {
      call.on('error', (error: ServiceError) => resolve(error));
      call.on('data', () => {});
      call.on('end', () => reject(new Error('the call ended without an error')));
      for (const message of messages) call.write(Buffer.from(message));
      call.end();
    });
  } finally {
    client.close();
  }
}
