import { type Field, tagOf, wireTypes } from './field.ts';
import { delimitedBytes } from './scalar-fields.ts';
import type { WireReader } from './wire-reader.ts';
import type { Lengths, WireWriter } from './wire-writer.ts';

/** A message's fields, in the order of their numbers. */
export type Fields<Message, In> = {
  readonly [Name in keyof Message]-?: Name extends keyof In ? Field<Message[Name], In[Name]> : never;
};

/** How a message is written, and read, field by field. */
export interface MessageForm<Message, In = Message> {
  /** Bytes of the message. */
  measure(message: In, lengths: Lengths): number;
  write(message: In, writer: WireWriter): void;
  /**
   * Reads until `end`; a field that is not known, or of another wire type, is skipped.
   * @throws Error when the message is malformed
   */
  read(reader: WireReader, end: number): Message;
}

type AnyField = readonly [name: string, Field<unknown>];
type AnyMessage = Record<string, unknown>;

/** What is the same for all messages does without their types: each field only gets what it has made, or what In says. */
export function messageForm<Message extends object, In extends object = Message>(
  fields: Fields<Message, In>,
): MessageForm<Message, In> {
  const all: readonly AnyField[] = Object.entries(fields as Readonly<Record<string, Field<unknown>>>);
  const byNumber: (AnyField | undefined)[] = [];
  for (const each of all) byNumber[each[1].number] = each;
  return {
    measure: (message, lengths) => {
      let size = 0;
      for (const [name, field] of all) size += field.measure((message as AnyMessage)[name], lengths);
      return size;
    },
    write: (message, writer) => {
      for (const [name, field] of all) field.write((message as AnyMessage)[name], writer);
    },
    read: (reader, end) => {
      const message: AnyMessage = {};
      for (const [name, field] of all) message[name] = field.absent();
      readFields(reader, end, (number, wireType) => {
        const [name, field] = byNumber[number] ?? [];
        if (name === undefined || field === undefined) return false;
        const value = field.read(reader, wireType, message[name]);
        if (value === undefined) return false;
        message[name] = value;
        return true;
      });
      return message as Message;
    },
  };
}

/** Reads fields until `end`, or the end of a group as generated code does; skips those that `take` does not take. */
export function readFields(reader: WireReader, end: number, take: (number: number, wireType: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (take(tag >>> 3, tag & 7)) continue;
    if ((tag & 7) === 4 || tag === 0) break;
    reader.skip(tag & 7);
  }
}

export function submessage<Message, In>(
  number: number,
  form: MessageForm<Message, In>,
): Field<Message | undefined, In | undefined> {
  const tag = tagOf(number, wireTypes.delimited);
  return {
    number,
    absent: () => undefined,
    measure: (message, lengths) => (message === undefined ? 0 : measureInside(tag, form, message, lengths)),
    write: (message, writer) => {
      if (message !== undefined) writeInside(tag, form, message, writer);
    },
    read: (reader, wireType) => (wireType === wireTypes.delimited ? readInside(reader, form) : undefined),
  };
}

export function repeated<Message, In>(number: number, form: MessageForm<Message, In>): Field<Message[], readonly In[]> {
  const tag = tagOf(number, wireTypes.delimited);
  return {
    number,
    absent: () => [],
    measure: (messages, lengths) => {
      let size = 0;
      for (const message of messages) size += measureInside(tag, form, message, lengths);
      return size;
    },
    write: (messages, writer) => {
      for (const message of messages) writeInside(tag, form, message, writer);
    },
    read: (reader, wireType, messages) => {
      if (wireType !== wireTypes.delimited) return undefined;
      messages.push(readInside(reader, form));
      return messages;
    },
  };
}

function measureInside<In>(
  tag: number,
  form: Pick<MessageForm<unknown, In>, 'measure'>,
  message: In,
  lengths: Lengths,
): number {
  const place = lengths.reserve();
  return delimitedBytes(tag, lengths.set(place, form.measure(message, lengths)));
}

function writeInside<In>(
  tag: number,
  form: Pick<MessageForm<unknown, In>, 'write'>,
  message: In,
  writer: WireWriter,
): void {
  writer.varint(tag);
  writer.varint(writer.lengths.take());
  form.write(message, writer);
}

function readInside<Message>(reader: WireReader, form: Pick<MessageForm<Message>, 'read'>): Message {
  const length = reader.uint32();
  return form.read(reader, reader.pos + length);
}
