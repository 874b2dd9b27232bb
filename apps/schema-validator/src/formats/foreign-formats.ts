const utf16 = 'the value looks like UTF-16; JSON is sent as UTF-8';

/** What a value that is no JSON most likely is, by its first bytes. */
const signatures: readonly { readonly bytes: readonly number[]; readonly hint: string }[] = [
  { bytes: [0xff, 0xfe], hint: utf16 },
  { bytes: [0xfe, 0xff], hint: utf16 },
  { bytes: [0x5b, 0x00], hint: utf16 },
  { bytes: [0x7b, 0x00], hint: utf16 },
  { bytes: [0x00, 0x5b], hint: utf16 },
  { bytes: [0x00, 0x7b], hint: utf16 },
  {
    bytes: [0x00],
    hint: 'the value begins with a zero byte, as Avro, Protobuf or JSON Schema records of a schema registry do; send plain JSON',
  },
  { bytes: [0x1f, 0x8b], hint: 'the value is gzip data; let Kafka compress (compression.type) and send plain JSON' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], hint: 'the value is zstd data; let Kafka compress and send plain JSON' },
  { bytes: [0x27], hint: 'strings and keys take double quotes in JSON' },
  { bytes: [0x7b, 0x27], hint: 'strings and keys take double quotes in JSON' },
];

export function foreignFormatHint(bytes: Buffer): string | undefined {
  return signatures.find((signature) => signature.bytes.every((byte, index) => bytes[index] === byte))?.hint;
}
