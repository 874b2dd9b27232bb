import { elementsOf, type JsonValue, membersOf } from '../formats/json-value.ts';

/** Takes what is at the path that was added for the target. */
export type Found = (target: number, value: JsonValue) => void;

/**
 * Paths inside a value, merged by their beginnings, so that one pass finds what is at all of them. A segment is the
 * name of a member, or the index of a list element as decimal text.
 */
export class PathTree {
  readonly #children = new Map<string, PathTree>();
  readonly #targets: number[] = [];

  /** Has what is at the path told as `target`; an empty path means the value itself. */
  add(path: readonly string[], target: number): void {
    const [segment, ...rest] = path;
    if (segment === undefined) {
      this.#targets.push(target);
      return;
    }
    const child = this.#children.get(segment) ?? new PathTree();
    this.#children.set(segment, child);
    child.add(rest, target);
  }

  /** What is filled with the value itself. */
  get targets(): readonly number[] {
    return this.#targets;
  }

  /** Tells the value at each path where there is one, and looks no further than the last of them. */
  visit(document: Buffer, value: JsonValue, found: Found): void {
    for (const target of this.#targets) found(target, value);
    if (this.#children.size === 0) return;
    if (value.kind === 'object') this.#visitMembers(document, value, found);
    else if (value.kind === 'array') this.#visitElements(document, value, found);
  }

  #visitMembers(document: Buffer, object: JsonValue, found: Found): void {
    let missing = this.#children.size;
    for (const { name, value } of membersOf(document, object)) {
      const child = this.#children.get(name);
      if (!child) continue;
      child.visit(document, value, found);
      if (--missing === 0) return;
    }
  }

  #visitElements(document: Buffer, list: JsonValue, found: Found): void {
    let missing = this.#children.size;
    let index = 0;
    for (const value of elementsOf(document, list)) {
      const child = this.#children.get(String(index++));
      if (!child) continue;
      child.visit(document, value, found);
      if (--missing === 0) return;
    }
  }
}
