/** Where a text stops being a geometry, and what should stand there. */
export interface WktProblem {
  /** Index into the text. */
  readonly at: number;
  readonly wanted: string;
}

/** Deepest GEOMETRYCOLLECTION inside another. */
const depthMax = 16;

const space = /[ \t\r\n]*/y;
const word = /[A-Za-z]+/y;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;

/**
 * What is wrong with a well-known text (OGC Simple Feature Access, two coordinates each), or undefined: POINT,
 * LINESTRING (two points or more), POLYGON (rings of four points or more, the last equal to the first), MULTIPOINT (its
 * points with or without parentheses), MULTILINESTRING, MULTIPOLYGON and GEOMETRYCOLLECTION, each also EMPTY as a
 * whole, in any case of letters. Every number is finite. Milvus refuses a whole request for one text that it cannot
 * read, so what it might not read (Z, M, SRID) is refused here.
 */
export function wktProblem(text: string): WktProblem | undefined {
  return new WktReader(text).read();
}

type Part = () => boolean;

/** Reads by recursive descent; each part answers whether it stands where the reader is, and notes what was wanted. */
class WktReader {
  readonly #text: string;
  #at = 0;
  #problem: WktProblem | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): WktProblem | undefined {
    if (this.#geometry(0)) {
      this.#match(space);
      if (this.#at < this.#text.length) this.#want('the end');
    }
    return this.#problem;
  }

  #geometry(depth: number): boolean {
    this.#match(space);
    const start = this.#at;
    const body = this.#bodyOf(this.#match(word)?.toUpperCase(), depth);
    if (!body) {
      this.#at = start;
      return this.#want('POINT, LINESTRING, POLYGON, their MULTI forms or GEOMETRYCOLLECTION');
    }
    if (depth > depthMax) {
      this.#at = start;
      return this.#want(`at most ${depthMax} levels deep`);
    }
    this.#match(space);
    const behind = this.#at;
    if (this.#match(word)?.toUpperCase() === 'EMPTY') return true;
    this.#at = behind;
    return body();
  }

  #bodyOf(name: string | undefined, depth: number): Part | undefined {
    const point: Part = () => this.#coordinates() !== undefined;
    const line: Part = () => this.#points(2);
    const polygon: Part = () => this.#list(() => this.#ring());
    switch (name) {
      case 'POINT':
        return () => this.#inParentheses(point);
      case 'LINESTRING':
        return line;
      case 'POLYGON':
        return polygon;
      case 'MULTIPOINT':
        return () => this.#list(() => (this.#isAt('(') ? this.#inParentheses(point) : point()));
      case 'MULTILINESTRING':
        return () => this.#list(line);
      case 'MULTIPOLYGON':
        return () => this.#list(polygon);
      case 'GEOMETRYCOLLECTION':
        return () => this.#list(() => this.#geometry(depth + 1));
      default:
        return undefined;
    }
  }

  #ring(): boolean {
    const points: string[] = [];
    if (!this.#points(4, points)) return false;
    // The closing parenthesis has been read.
    if (points[0] === points.at(-1)) return true;
    this.#at -= 1;
    return this.#want('the first point of the ring again, to close it');
  }

  /** A list of at least so many points, each added to `points` in a form that is equal for equal points. */
  #points(least: number, points: string[] = []): boolean {
    const isList = this.#list(() => {
      const point = this.#coordinates();
      if (point !== undefined) points.push(point);
      return point !== undefined;
    });
    if (!isList || points.length >= least) return isList;
    this.#at -= 1;
    return this.#want(`another point, at least ${least} in all`);
  }

  #coordinates(): string | undefined {
    const x = this.#number();
    const y = x === undefined ? undefined : this.#number();
    return y === undefined ? undefined : `${x} ${y}`;
  }

  #number(): number | undefined {
    this.#match(space);
    const start = this.#at;
    const text = this.#match(number);
    // Adding zero makes -0 equal to 0.
    const value = Number(text) + 0;
    if (text !== undefined && Number.isFinite(value)) return value;
    this.#at = start;
    this.#want('a finite number');
    return undefined;
  }

  #list(part: Part): boolean {
    return this.#inParentheses(() => {
      while (part()) if (!this.#takes(',')) return true;
      return false;
    });
  }

  #inParentheses(part: Part): boolean {
    if (!this.#takes('(')) return this.#want('(');
    return part() && (this.#takes(')') || this.#want('a comma or )'));
  }

  #isAt(character: string): boolean {
    this.#match(space);
    return this.#text[this.#at] === character;
  }

  #takes(character: string): boolean {
    const isThere = this.#isAt(character);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #want(wanted: string): false {
    this.#problem ??= { at: this.#at, wanted };
    return false;
  }
}
