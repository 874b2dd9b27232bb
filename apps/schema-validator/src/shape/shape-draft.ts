import { type Collection, KeyFormat, type OpenLane, RecordOptions, UnknownFields } from '@millrace/contracts';
import type { Plan, PlannedField } from '../plan.ts';
import { OptionProblems } from './option-problems.ts';
import { pathText } from './path-text.ts';
import { PathTree } from './path-tree.ts';
import { RecordKey, type RecordLimits } from './record-key.ts';
import type { Filler } from './shape.ts';

/** A lane's shape while its options are gone through, one after the other. */
export class ShapeDraft {
  readonly open: OpenLane;
  readonly options: RecordOptions;
  readonly collection: Collection;
  readonly plan: Plan;
  readonly problems = new OptionProblems();
  /** The plan's fields, with the paths at which options find them. */
  readonly fields: PlannedField[];
  readonly fillers: Filler[] = [];
  /** What is read inside of members, by their names. */
  readonly inner = new Map<string, PathTree>();
  /** The options that read members, by the members' names. */
  readonly reads = new Map<string, string>();
  /** Members that options read as what they are, or read from: no unknown fields, whatever else they hold. */
  readonly consumed = new Set<string>();
  readonly headers = new Set<string>();
  readsTimestamps = false;
  readonly #limits: RecordLimits;
  readonly #filledBy = new Map<number, string>();
  #rowKey: RecordKey | undefined;
  #readsKeys = false;

  constructor(open: OpenLane, collection: Collection, plan: Plan, limits: RecordLimits) {
    this.open = open;
    this.options = open.recordOptions ?? RecordOptions.create();
    this.collection = collection;
    this.plan = plan;
    this.fields = [...plan.fields];
    this.#limits = limits;
  }

  get readsKeys(): boolean {
    return this.#readsKeys;
  }

  /** Whether unknown members go to the dynamic field. */
  get keepsUnknown(): boolean {
    const { unknownFields } = this.options;
    const isWanted = unknownFields === UnknownFields.UNSPECIFIED || unknownFields === UnknownFields.DYNAMIC;
    return isWanted && this.plan.dynamic !== undefined;
  }

  /** `collection books`, as messages say it. */
  get collectionText(): string {
    return `collection \`${this.collection.name}\``;
  }

  /** A field as messages say it: `` `flag` (Bool) ``. */
  fieldText(index: number): string {
    const name = this.plan.fields[index]?.plan.name ?? '';
    const typeName = this.collection.fields.find((field) => field.name === name)?.typeName ?? '';
    return `\`${name}\` (${typeName})`;
  }

  /** The option that fills the field from elsewhere than the member of its name. */
  filledBy(index: number): string | undefined {
    return this.#filledBy.get(index);
  }

  /** Has the option fill the field from the path, in place of the member of its name; false where another one does. */
  claim(index: number, option: string, path: string): boolean {
    const other = this.#filledBy.get(index);
    const planned = this.fields[index];
    if (other !== undefined) this.problems.add('V109', `${other} and ${option} both fill ${this.fieldText(index)}`);
    if (other !== undefined || !planned) return false;
    this.#filledBy.set(index, option);
    this.fields[index] = { ...planned, plan: { ...planned.plan, path } };
    return true;
  }

  /** Has the field missed at the path, where it is a field that no option fills from elsewhere. */
  expectAt(name: string, path: string): void {
    const index = this.plan.indexByName.get(name);
    const planned = index === undefined ? undefined : this.fields[index];
    if (index === undefined || !planned || this.#filledBy.has(index)) return;
    this.fields[index] = { ...planned, plan: { ...planned.plan, path } };
  }

  /** Has the field filled from the path inside of values, which is not empty. */
  fillFromValue(index: number, option: string, path: readonly string[]): void {
    if (!this.claim(index, option, pathText('$', path))) return;
    const [member = '', ...inner] = path;
    const tree = this.inner.get(member) ?? new PathTree();
    this.inner.set(member, tree);
    tree.add(inner, index);
    this.reads.set(member, option);
    this.consumed.add(member);
  }

  /** Whether the top-level member is read at all. */
  isChosen(name: string): boolean {
    const { include, exclude } = this.options;
    return (include.length === 0 || include.includes(name)) && !exclude.includes(name);
  }

  /** The reader of record keys for rows; undefined where no option says what keys are, which is a problem. */
  rowKey(option: string): RecordKey | undefined {
    if (this.#rowKey) return this.#rowKey;
    this.#rowKey = this.newKey(option);
    if (this.#rowKey) this.fillers.push(this.#rowKey);
    return this.#rowKey;
  }

  /** A reader of record keys, likewise. */
  newKey(option: string): RecordKey | undefined {
    const { keyFormat } = this.options;
    this.#readsKeys = true;
    if (keyFormat !== KeyFormat.UNSPECIFIED) return new RecordKey(keyFormat, this.#limits);
    this.problems.add('V114', `${option} reads record keys, and no option says what they are`);
    return undefined;
  }
}
