import { type JsonMember, type JsonValue, stringText } from '../formats/json-value.ts';
import { PathTree } from './path-tree.ts';

/** Says of a record's value whether it asks for a delete: the scalar at the path is one of the texts. */
export class Marker {
  readonly #member: string;
  readonly #inner = new PathTree();
  readonly #texts: ReadonlySet<string>;

  /** The path is not empty. */
  constructor([member = '', ...inner]: readonly string[], texts: readonly string[]) {
    this.#member = member;
    this.#inner.add(inner, 0);
    this.#texts = new Set(texts);
  }

  marks(document: Buffer, members: readonly JsonMember[]): boolean {
    const member = members.find(({ name }) => name === this.#member);
    if (!member) return false;
    let isMarked = false;
    this.#inner.visit(document, member.value, (_, value) => {
      const text = scalarText(document, value);
      isMarked = text !== undefined && this.#texts.has(text);
    });
    return isMarked;
  }
}

/** A string's content, or the text of any other scalar. */
function scalarText(document: Buffer, { kind, start, end, escaped }: JsonValue): string | undefined {
  if (kind === 'object' || kind === 'array') return undefined;
  return kind === 'string' ? stringText(document, start, end, escaped) : document.toString('latin1', start, end);
}
