import { type Column, FieldType } from '@millrace/contracts';

/** What a column is called and how it is laid out; the same in every batch of one schema version. */
export interface ColumnLayout {
  readonly name: string;
  readonly type: FieldType;
  /** Numbers of each vector; zero for scalars and for sparse vectors. */
  readonly dim: number;
  /** Arrays, also of vectors: the type of their elements; UNSPECIFIED otherwise. */
  readonly elementType: FieldType;
  /** Members of an Array of Struct: its name; empty otherwise. */
  readonly structName: string;
  /** Arrays of structs: their members, each a column of its own; empty otherwise. */
  readonly members: readonly ColumnLayout[];
  /** Whether the column says for each row if it has a value: nullable fields and fields with a default, no others. */
  readonly hasValidity: boolean;
  readonly isDynamic: boolean;
}

const initialBytes = 1_024;
const noBytes = Buffer.alloc(0);
const noView = viewOf(noBytes);

/**
 * Grows one column of a batch, in the wire form that inserter.proto describes, row by row. A row that turns out bad
 * is taken back as a whole, so every column of a batch goes back to the start of the row together.
 *
 * The caller bounds it: it closes a batch once its columns have reached the limit, and a row is never larger than a
 * small multiple of its record.
 */
export class ColumnBuilder {
  readonly layout: ColumnLayout;
  /** Of an Array of Struct, which has no bytes of its own. */
  readonly members: readonly ColumnBuilder[];
  #bytes: Buffer = noBytes;
  #view = noView;
  /** What room is made for at first: batches of a lane are much alike. */
  #firstBytes = initialBytes;
  #length = 0;
  #valid: Buffer;
  #rows = 0;
  #lengthAtRow = 0;
  #rowsAtRow = 0;
  #sparseDim = 0;
  #sparseDimAtRow = 0;

  constructor(layout: ColumnLayout) {
    this.layout = layout;
    this.members = layout.members.map((member) => new ColumnBuilder(member));
    this.#valid = Buffer.alloc(layout.hasValidity ? initialBytes : 0);
  }

  /** Bytes of elements and validity so far. */
  get byteCount(): number {
    if (this.members.length > 0) return this.members.reduce((sum, member) => sum + member.byteCount, 0);
    return this.#length + (this.layout.hasValidity ? this.#rows : 0);
  }

  /** Bytes of elements so far: where the next one begins. */
  get length(): number {
    return this.#length;
  }

  /** A view of the elements so far; it is good until the next change. */
  get elements(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  beginRow(): void {
    for (const member of this.members) member.beginRow();
    this.#lengthAtRow = this.#length;
    this.#rowsAtRow = this.#rows;
    this.#sparseDimAtRow = this.#sparseDim;
  }

  /** Takes back what was added since `beginRow`. */
  rollBackRow(): void {
    for (const member of this.members) member.rollBackRow();
    this.#length = this.#lengthAtRow;
    this.#rows = this.#rowsAtRow;
    this.#sparseDim = this.#sparseDimAtRow;
  }

  /** Ends the row: `hasValue` false leaves it null, or to the field's default. */
  endRow(hasValue: boolean): void {
    for (const member of this.members) member.endRow(hasValue);
    if (this.layout.hasValidity) {
      if (this.#rows === this.#valid.length) this.#valid = Buffer.concat([this.#valid, Buffer.alloc(this.#rows)]);
      this.#valid[this.#rows] = hasValue ? 1 : 0;
    }
    this.#rows += 1;
  }

  /** Appends a varint; a negative number as ten bytes of two's complement, as protobuf has it. */
  addVarint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      while (rest > 0x7f) {
        this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
      this.#bytes[this.#length++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  /** Appends the lowest eight bits of an integer. */
  addByte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value & 0xff;
  }

  /** Appends bytes as they are. */
  addBytes(source: Buffer): void {
    this.#reserve(source.length);
    this.#length += source.copy(this.#bytes, this.#length);
  }

  addUint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  addFloat32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  addFloat64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Appends a length-delimited element (tag 0x0a): the bytes of `source` in [start, end). */
  addElement(source: Buffer, start = 0, end = source.length): void {
    const byteCount = end - start;
    this.#reserve(1 + 10 + byteCount);
    this.#bytes[this.#length++] = 0x0a;
    this.addVarint(byteCount);
    source.copy(this.#bytes, this.#length, start, end);
    this.#length += byteCount;
  }

  /** Makes the column's dim at least that of a sparse vector: its largest index plus 1. */
  widen(dim: number): void {
    this.#sparseDim = Math.max(this.#sparseDim, dim);
  }

  /** Puts a tag, and the length of all that was appended since `start`, before it. */
  prependLength(start: number, tag: number): void {
    const byteCount = this.#length - start;
    this.#reserve(1 + 10);
    this.#bytes[this.#length++] = tag;
    this.addVarint(byteCount);
    const head = Buffer.from(this.#bytes.subarray(start + byteCount, this.#length));
    this.#bytes.copyWithin(start + head.length, start, start + byteCount);
    head.copy(this.#bytes, start);
  }

  /** Hands out the column, or those of the members, and begins empty ones. */
  take(): readonly Column[] {
    const { name, type, dim, isDynamic, hasValidity, elementType, structName } = this.layout;
    const { elements } = this;
    const valid = this.#valid.subarray(0, hasValidity ? this.#rows : 0);
    this.#firstBytes = Math.max(initialBytes, this.#length + (this.#length >> 4));
    this.#bytes = noBytes;
    this.#view = noView;
    this.#length = 0;
    this.#valid = Buffer.alloc(hasValidity ? initialBytes : 0);
    this.#rows = 0;
    const runDim = type === FieldType.SPARSE_FLOAT_VECTOR ? this.#sparseDim : dim;
    this.#sparseDim = 0;
    if (this.members.length > 0) return this.members.flatMap((member) => member.take());
    return [{ fieldName: name, type, elements, valid, dim: runDim, isDynamic, elementType, structName }];
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2, this.#firstBytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
