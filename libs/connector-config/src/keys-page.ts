// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Kafka Connect's references look like placeholders.
import { overridePrefix, workerConsumerPrefix } from './all-keys.ts';
import { connectorKeys } from './connector-keys.ts';
import { kafkaClientKeys, securityKeys } from './kafka-client-keys.ts';
import { defaultText, type KeySpec, type KeyTable, type UsedKey } from './key-spec.ts';
import { workerKeys } from './worker-keys.ts';

/** The page of all keys, `docs/connector-keys.md`, from the tables that the checks use. */
export function keysPage(): string {
  const plainWorkerKeys = Object.fromEntries(
    Object.entries(workerKeys).filter(([key]) => !Object.hasOwn(securityKeys, key)),
  );
  return `${[
    '# Keys of connectors and of the worker',
    '<!-- Written by `npm run docs` from the tables of libs/connector-config/src. Change them, not this page. -->',
    'Keys are those of Kafka Connect, and files are `.properties`, JSON (also `{"name": .., "config": {..}}`) or YAML, where dots may be nesting. A value may hold references: `${env:NAME}`, and `${file:/path:key}` for a key of a `.properties` file. They are followed once, as far as the settings of the service allow.',
    "A list is `a,b` and a map `a:b,c:d`; in JSON and YAML they may also be lists and maps. A name that holds a comma, a colon or a quote stands in quotes, `'as, here'`, in which a backslash takes the next character as it is.",
    'A key within two edits of a known one is a problem; any other unknown key gets a note. An empty value means unset.',
    '## Connector files',
    'One file per connector.',
    ...sections(connectorKeys),
    '## Worker file',
    'What all connectors share; `connect-standalone.properties`.',
    ...sections(plainWorkerKeys),
    '## Kafka client keys',
    `In a connector file with \`${overridePrefix}\` before them; in the worker file with \`${workerConsumerPrefix}\`, for all connectors. A connector's count first. \`security.protocol\`, \`sasl.*\` and \`ssl.*\` may also stand in the worker file as they are, and count last. Dead letters use the same connection.`,
    ...sections(kafkaClientKeys),
  ].join('\n\n')}\n`;
}

function sections(table: KeyTable): readonly string[] {
  const used: string[] = [];
  const unsupported: string[] = [];
  const ignored: string[] = [];
  for (const [key, spec] of Object.entries(table)) {
    if (spec.status === 'used') used.push(usedRow(key, spec));
    else if (spec.status === 'ignored') ignored.push(row(code(key), spec.documentation));
    else unsupported.push(row(code(key), spec.documentation, spec.harmless.map(shownValue).join(', ')));
  }
  return [
    ['| key | type | default | importance | meaning | example |', '| --- | --- | --- | --- | --- | --- |', ...used],
    unsupported.length === 0
      ? []
      : ['Not supported; a problem:\n\n| key | why | accepted |', '| --- | --- | --- |', ...unsupported],
    ['Ignored, with a note:\n\n| key | why |', '| --- | --- |', ...ignored],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'));
}

function usedRow(key: string, spec: KeySpec & UsedKey): string {
  const text = defaultText(spec);
  return row(
    code(key),
    typeText(spec),
    text === undefined ? '' : code(text),
    spec.importance,
    spec.documentation,
    code(spec.example),
  );
}

function typeText(spec: UsedKey): string {
  if (spec.type === 'int') return `int, ${spec.min} to ${spec.max}`;
  if (spec.type === 'choice') return spec.values.map(shownValue).join(' or ');
  return spec.type;
}

function shownValue(value: string): string {
  return value === '' ? '(empty)' : code(value);
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
