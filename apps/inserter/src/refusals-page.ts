import { refusalRules } from './refusal-classes.ts';
import { type RefusalRow, type RefusalSource, refusalTable } from './refusal-table.ts';

/** How the page is written; also said where it is stale. */
export const pageCommand = 'npm run docs';

const headings: Readonly<Record<RefusalSource, string>> = {
  grpc: 'gRPC status of the call',
  code: '`status.code`, since Milvus 2.3',
  legacy: '`status.error_code`, where `code` is not known',
  flag: 'Neither number is known',
};

/** `docs/milvus-refusals.md`. */
export function refusalsPage(): string {
  return `${[
    '# What Milvus refuses, and what is done about it',
    `<!-- Written by \`${pageCommand}\` from refusal-table.ts and refusal-classes.ts of the inserter. Change them, not this page. -->`,
    'Every refusal of a write is of one class, and the class says everything that follows. A record becomes a dead letter only for what names a value (`data`), or for a single row that is too large (`split`); an outage, a quota or a collection that is missing never makes one, however long it lasts. The status of a connector (`GET /connectors/{name}/status`) tells the class (`milvusClass`), since when (`since`), what ends it (`endsBy`, `hint`) and when the next probe is due (`waits_until`).',
    classes(),
    'The first row that fits decides, from above to below. A call that was not begun, because there was no connection, is `later`; an answer that contradicts itself (rows that failed, counts that differ) is `indefinite`; an answer without a status is `operator`.',
    ...Object.entries(headings).map(([from, heading]) => section(from as RefusalSource, heading)),
  ].join('\n\n')}\n`;
}

function classes(): string {
  const rows = Object.entries(refusalRules).map(
    ([name, { means, done, endedBy, code }]) => `| \`${name}\` | ${means} | ${done} | ${endedBy} | ${codeLink(code)} |`,
  );
  return ['| class | means | what is done | ended by | code |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function section(from: RefusalSource, heading: string): string {
  const rows = refusalTable.filter((row) => row.from === from);
  const lines = rows.map(
    (row) =>
      `| ${row.number ?? ''} | ${row.name}${condition(row)} | \`${row.class}\` | ${codeLink(row.code ?? refusalRules[row.class].code)} |`,
  );
  return [`## ${heading}`, '', '| number | name | class | code |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function condition({ saying, flag }: RefusalRow): string {
  if (saying) return `, saying \`${saying.source.replaceAll('|', '\\|')}\``;
  if (flag === 'retriable') return ' (`retriable`)';
  return flag === 'input error' ? ' (`is_input_error`)' : '';
}

function codeLink(code: string): string {
  return `[${code}](errors/${code}.md)`;
}
