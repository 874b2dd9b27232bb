import { type ServerName, serverNames } from '../harness/collection-server.ts';
import { type Accepted, code, type Kind, type Refused } from './kinds.ts';

export interface KindGroup {
  readonly heading: string;
  readonly kinds: readonly Kind[];
}

/** Whether all inputs of a kind came out on a server as the kind says. */
export type Proofs = ReadonlyMap<Kind, ReadonlySet<ServerName>>;

export const rewriteCommand = 'npm run types-table';

const introduction = `# What each Milvus type takes, and where that was proved

<!-- Written by \`${rewriteCommand}\` from a run of test/e2e/src/types-table.test.ts; \`npm test\` fails when a run proves something else. -->

Each input below was a member of a record that went through the three services. One that is **taken** was read back:
through Milvus's SDK from milvus-lite 3.2.2 and from Milvus 2.3.5, and on the recording server (which speaks Milvus's write
protocol) by the message types of Milvus's SDK from the bytes that arrived. The whole row had to be equal, bit for bit.
One that is **refused** was found in the dead letter topic, once, with this code and the path of the field. \`a\` → \`b\` says
what is stored where that is written differently; \`0x…\` are the bits of a number, most significant first.
How values are read: [field-types.md](field-types.md).
`;

/** The page as Markdown. Kinds that were proved nowhere are left out. */
export function renderTypesPage(groups: readonly KindGroup[], proofs: Proofs): string {
  const sections = groups.map(({ heading, kinds }) => {
    const rows = kinds.flatMap((kind) => {
      const servers = serverNames.filter((server) => proofs.get(kind)?.has(server));
      return servers.length === 0 ? [] : [renderRow(kind, servers)];
    });
    const head = ['| type | takes | refuses | proved on |', '| --- | --- | --- | --- |'];
    return ['', `## ${heading}`, '', ...head, ...rows, ''].join('\n');
  });
  return introduction + sections.join('');
}

function renderRow(kind: Kind, servers: readonly ServerName[]): string {
  const takes = kind.accepts.map(renderAccepted).join(', ');
  const refuses = [...Map.groupBy(kind.refuses, ({ code }) => code)]
    .map(([code, refused]) => `[${code}](errors/${code}.md): ${refused.map(renderInput).join(', ')}`)
    .join('; ');
  const proved = servers.map((server) => renderProof(kind, server)).join(', ');
  const note = kind.note === undefined ? '' : ` (${kind.note})`;
  return `| ${kind.title} | ${takes} | ${refuses} | ${proved}${note} |`;
}

/** Says how many of the inputs, where it is not all of them. */
function renderProof({ accepts, refuses }: Kind, server: ServerName): string {
  const cases: readonly (Accepted | Refused)[] = [...accepts, ...refuses];
  const tried = cases.filter(({ on }) => on?.includes(server) ?? true).length;
  return tried === cases.length ? server : `${server}: ${tried} of ${cases.length}`;
}

function renderAccepted(accepted: Accepted): string {
  const input = renderInput(accepted);
  const becomes = accepted.becomes ?? code(valueText(accepted.stored));
  return becomes.replaceAll(' ', '') === input.replaceAll(' ', '') ? input : `${input} → ${becomes}`;
}

const renderInput = ({ text, shown }: Accepted | Refused): string =>
  shown ?? (text === undefined ? 'left out' : code(text));

/** As JSON writes it, and zeros with their sign. */
function valueText(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${valueText(member)}`);
  return `{${members.join(', ')}}`;
}
