import { createSocket, type Socket } from 'node:dgram';

const typeA = 1;

/** A DNS server on loopback that knows one name and its IPv4 addresses, which a test changes as it likes. */
export class NameServer {
  addresses: readonly string[];
  readonly port: number;
  readonly #socket: Socket;

  private constructor(socket: Socket, addresses: readonly string[]) {
    this.#socket = socket;
    this.addresses = addresses;
    this.port = socket.address().port;
    socket.on('message', (query, from) => socket.send(this.#answer(query), from.port, from.address));
  }

  static async start(addresses: readonly string[]): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new NameServer(socket, addresses);
  }

  stop(): void {
    this.#socket.close();
  }

  /** RFC 1035: the header, the question as it came, and a record for each address; queries of other types get none. */
  #answer(query: Buffer): Buffer {
    const nameEnd = query.indexOf(0, 12) + 1;
    const question = query.subarray(12, nameEnd + 4);
    const isA = query.readUInt16BE(nameEnd) === typeA;
    const records = isA ? this.addresses.map(recordOf) : [];
    const header = Buffer.alloc(12);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8580, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, question, ...records]);
  }
}

/** Of the name that the question holds, for no longer than this moment. */
function recordOf(address: string): Buffer {
  const bytes = address.split('.').map(Number);
  return Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...bytes]);
}
