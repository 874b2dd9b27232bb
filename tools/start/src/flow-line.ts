/** What is read of a connector's status (`GET /connectors?expand=status` of the consumer). */
export interface FlowStatus {
  readonly name: string;
  readonly millrace: {
    readonly records: Readonly<Record<'written' | 'superseded' | 'deleted' | 'filtered' | 'deadLettered', number>>;
    readonly lag: number;
    readonly bottleneck?: { readonly is: string; readonly why: string };
  };
}

/** The state of all connectors in a line. */
export interface FlowLine {
  /** With numbers that change all the time. */
  readonly text: string;
  /** What is news when it changes: who sets the pace. */
  readonly limits: string;
}

const names: Readonly<Record<string, string>> = {
  kafka: 'Kafka',
  validator: 'the schema-validator',
  inserter: 'the inserter',
  milvus: 'Milvus',
};

/** Of two looks, `seconds` apart: what has ended meanwhile, what is left, and who sets the pace of the connector that is furthest behind. */
export function flowLine(before: readonly FlowStatus[], now: readonly FlowStatus[], seconds: number): FlowLine {
  const ended = Math.max(0, total(now, endedOf) - total(before, endedOf));
  const rate = Math.round(ended / seconds).toLocaleString('en');
  const behind = total(now, ({ millrace }) => millrace.lag).toLocaleString('en');
  const told = now.filter(({ millrace }) => millrace.bottleneck !== undefined);
  const [worst] = told.toSorted((a, b) => b.millrace.lag - a.millrace.lag);
  const { is = '', why = '' } = worst?.millrace.bottleneck ?? {};
  const limits = worst === undefined ? '' : `${worst.name} is limited by ${names[is] ?? is}`;
  const reason = worst === undefined ? '' : `  ${limits}: ${why}`;
  return { text: `${rate} records/s, ${behind} behind${reason}`, limits };
}

function endedOf({ millrace: { records } }: FlowStatus): number {
  return records.written + records.superseded + records.deleted + records.filtered + records.deadLettered;
}

function total(statuses: readonly FlowStatus[], count: (status: FlowStatus) => number): number {
  return statuses.reduce((sum, status) => sum + count(status), 0);
}
