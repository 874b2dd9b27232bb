import { catalogue, type ErrorCode, failureEntry, isErrorCode, violationEntry } from './catalogue.ts';
import { drawError } from './draw-error.ts';
import type { EndsBy, FailureEntry, RecordExample, Stage, ViolationEntry } from './entry.ts';
import { escapeText } from './escape-text.ts';
import { describeField, type ExampleField, exampleCollections } from './example-collection.ts';

/** How the pages are written; also said where one is stale. */
export const pagesCommand = 'npm run docs';

const written = `<!-- Written by \`${pagesCommand}\` from the tables of libs/errors/src. Change them, not this page. -->`;

/** The pages of `docs/errors/` by file name: one for each code, and the index. */
export function errorPages(): ReadonlyMap<string, string> {
  const codes = Object.keys(catalogue).filter(isErrorCode).toSorted();
  return new Map([['README.md', indexPage(codes)], ...codes.map((code) => [`${code}.md`, page(code)] as const)]);
}

const foundWhile: Record<Stage, string> = {
  decode: 'It is found while the record is read, before anything of it is written.',
  transform: 'It is found while the record is brought into shape, before anything of it is written.',
  validate:
    'It is found while the values are checked against the collection, before anything of the record is written.',
  encode: 'It is found while the row is put together, before anything of the record is written.',
  write: 'Milvus finds it when the row is written.',
};

const rejected =
  'The record can never be written as it is. With `errors.tolerance=all` it goes to the dead letter topic and the lane goes on; with `errors.tolerance=none` the lane stops at it.';

const untilThen: Record<EndsBy, string> = {
  itself:
    'No record is bad for it and none is lost: they stay in Kafka. The connector stays RUNNING, its status says what it waits for, and it goes on by itself.',
  'a fix':
    'No record is bad for it and none is lost: they stay in Kafka. The connector is FAILED, looks again every few seconds, and goes on by itself once the cause is gone.',
  'a restart':
    'Nothing is committed beyond it, so none of the records in Kafka is passed over. The connector is FAILED, and goes on when the consumer is started again.',
};

function page(code: ErrorCode): string {
  const { name, title, hint, meaning, steps } = catalogue[code];
  const violation = violationEntry(code);
  const failure = failureEntry(code);
  return paragraphs(
    `# ${code}: ${name}`,
    written,
    `**${sentence(title)}**`,
    violation && `${foundWhile[violation.stage]} ${rejected}`,
    violation && failure && 'Where no single row is to blame, it holds up the lane instead.',
    failure && untilThen[failure.endsBy],
    failure?.milvusClass &&
      `Class of refusal: \`${failure.milvusClass}\` ([what is done about it](../milvus-refusals.md)).`,
    '## How it comes about',
    meaning,
    '## What to do',
    `In short: ${hint}.`,
    steps.map((step) => `- ${step}`).join('\n'),
    ...(violation?.example ? recordExample(code, violation, violation.example) : []),
    ...(failure?.told === undefined ? [] : failureExample(code, failure, failure.told)),
  );
}

function recordExample(code: string, entry: ViolationEntry, example: RecordExample): string[] {
  const { record, encoding = 'utf8', path, expected, found, message = entry.title, hint = entry.hint } = example;
  const drawn = drawError({
    kind: 'error',
    violations: [{ code, path, message, expected, found, hint }],
    omitted: 0,
    place: 'books-0 @ offset 42',
    about: ['no key'],
    value: Buffer.from(record, encoding),
    facts: [],
  });
  return [
    '## Example',
    introduction(example),
    fenced(escapeText(record, record.length), 'json'),
    'prints',
    fenced(drawn.join('\n')),
  ];
}

function introduction({ collection = 'books', field, encoding }: RecordExample): string {
  const { fields, hasDynamicField }: { fields: readonly ExampleField[]; hasDynamicField: boolean } =
    exampleCollections[collection];
  const about = fields.find(({ name }) => name === field);
  const place = about
    ? `In a collection with the field \`${describeField(about)}\``
    : `In a collection ${hasDynamicField ? 'with' : 'without'} a dynamic field`;
  return `${place}, this record${encoding === 'latin1' ? ', as Latin-1,' : ''}`;
}

function failureExample(code: string, { endsBy, hint }: FailureEntry, message: string): string[] {
  const violation = { code, path: '', message, expected: '', found: '', hint };
  const kind = endsBy === 'itself' ? 'waits' : 'error';
  const place = 'books-0';
  const drawn = drawError({ kind, violations: [violation], omitted: 0, place, about: [], facts: [] });
  return ['## Example', fenced(drawn.join('\n'))];
}

const families: readonly (readonly [heading: string, text: string, codes: RegExp])[] = [
  [
    'Records',
    'A record that can never be written as it is. It becomes a dead letter, or stops the lane.',
    /^V0|^record\./,
  ],
  ['The schema-validator', 'Why a lane waits at the schema-validator.', /^V1/],
  ['Milvus', 'What Milvus refuses, or does not answer.', /^milvus\./],
  ['Lanes and targets', 'Why the inserter cannot serve a lane as the connector describes it.', /^(lane|target)\./],
  [
    'Kafka and the services',
    'Why the consumer cannot read, send, or write dead letters.',
    /^(hop|stream|kafka|dead_letter)\./,
  ],
];

function indexPage(codes: readonly ErrorCode[]): string {
  return paragraphs(
    '# Errors',
    written,
    'Every error has a code, and every code has a page here: what it means, how it comes about and what to do. The same code stands in logs (`code`), in `GET /connectors/{name}/status`, in the headers of dead letters (`__millrace.error.code`) and in the details of gRPC statuses. Codes are never given a second meaning.',
    ...families.flatMap(([heading, text, pattern]) => [
      `## ${heading}`,
      text,
      table(codes.filter((code) => pattern.test(code))),
    ]),
  );
}

function table(codes: readonly ErrorCode[]): string {
  const rows = codes.map((code) => `| [${code}](${code}.md) | ${catalogue[code].name} | ${catalogue[code].title} |`);
  return ['| code | name | what is wrong |', '| --- | --- | --- |', ...rows].join('\n');
}

function sentence(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}.`;
}

function fenced(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return `${texts.filter((text) => text !== undefined).join('\n\n')}\n`;
}
