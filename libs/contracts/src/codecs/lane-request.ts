import { OpenLane } from '../gen/millrace/v1/lane.ts';
import { wireTypes } from './field.ts';
import { type MessageForm, readFields, submessage } from './message-form.ts';
import { UnwrittenMessage } from './unwritten-message.ts';
import { WireReader } from './wire-reader.ts';

/** What a lane's client sends, on either hop: `open` first, then batches. */
export interface LaneRequest<Batch> {
  readonly message:
    | { readonly $case: 'open'; readonly value: OpenLane }
    | { readonly $case: 'batch'; readonly value: Batch }
    | undefined;
}

const openNumber = 1;
const batchNumber = 2;

export interface LaneRequestCodec<Batch, In> {
  /** @throws RangeError for a number that its field cannot hold */
  encode(request: LaneRequest<In>): Buffer;
  /** The same for grpc-js, which gets a batch unwritten. */
  serialize(request: LaneRequest<In>): Buffer;
  /** Reads a request whose byte strings are views of the message. @throws Error when it is malformed */
  decode(message: Buffer): LaneRequest<Batch>;
}

/**
 * The requests of a hop, whose batches are nearly all of what crosses it. All else is left to the generated code, which
 * copies what it reads and grows what it writes.
 */
export function laneRequestCodec<Batch, In>(
  form: MessageForm<Batch, In>,
  encodeOther: (request: LaneRequest<never>) => Buffer,
): LaneRequestCodec<Batch, In> {
  const batch = submessage(batchNumber, form);
  return {
    encode: ({ message }) => {
      if (message?.$case !== 'batch') return encodeOther({ message });
      return new UnwrittenMessage(batch, message.value).toBuffer();
    },
    serialize: ({ message }) => {
      if (message?.$case !== 'batch') return encodeOther({ message });
      return new UnwrittenMessage(batch, message.value).asSerialized();
    },
    decode: (bytes) => {
      const reader = new WireReader(bytes);
      let message: LaneRequest<Batch>['message'];
      readFields(reader, bytes.length, (number, wireType) => {
        if (number === openNumber && wireType === wireTypes.delimited) {
          message = { $case: 'open', value: OpenLane.decode(reader, reader.uint32()) };
          return true;
        }
        const value = number === batchNumber ? batch.read(reader, wireType, undefined) : undefined;
        if (value === undefined) return false;
        message = { $case: 'batch', value };
        return true;
      });
      return { message };
    },
  };
}
