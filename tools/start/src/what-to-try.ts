import { bold, dim, line } from './screen.ts';

export interface Places {
  readonly kafka: string;
  readonly milvus: string;
  readonly statusUrl: string;
  readonly validator: string;
}

const usual: Places = {
  kafka: 'localhost:9092',
  milvus: 'http://localhost:19530',
  statusUrl: 'http://localhost:8083',
  validator: 'dns:///localhost:50051',
};

/** The environment that tells the command line where everything is. */
export const environmentOf = ({ kafka, milvus, statusUrl, validator }: Places): Record<string, string> => ({
  BOOTSTRAP_SERVERS: kafka,
  MILVUS_ENDPOINT: milvus,
  STATUS_URL: statusUrl,
  VALIDATOR_ADDRESS: validator,
});

const good = '{"id": 1, "title": "Hello", "title_vector": [1, 2, 3, 4, 5, 6, 7, 8], "link": "https://example.org"}';
const broken = '{"id": 2, "title": "Seven numbers", "title_vector": [1, 2, 3, 4, 5, 6, 7], "link": ""}';

/** What to copy into another terminal. */
export function printWhatToTry(places: Places, isDemo: boolean, logs: string): void {
  const commands: [string, string[]][] = isDemo
    ? [
        ['Send a record and find it', [`npx millrace send topic_0 '${good}'`, "npx millrace search topic_0 'Hello'"]],
        [
          'Break it: 7 numbers where the collection wants 8',
          [
            `npx millrace send topic_0 '${broken}'`,
            'npx millrace dead-letters zilliz-kafka-connect-milvus.dead-letters',
          ],
        ],
        ['More', ["npx millrace search words 'summer'", 'npx millrace status']],
      ]
    : [
        ['Nothing was created in your Kafka and your Milvus. To create topic_0 and try', ['npx millrace tutorial']],
        ['The state of the connectors in ./connectors', ['npx millrace status']],
      ];
  line(bold('Everything runs. Try, in another terminal, in this folder:'));
  const moved = Object.entries(environmentOf(places)).filter(([name, value]) => environmentOf(usual)[name] !== value);
  if (moved.length > 0) line(`\n    export ${moved.map(([name, value]) => `${name}=${value}`).join(' ')}`);
  for (const [title, texts] of commands) {
    line(`\n  ${dim(title)}`);
    for (const text of texts) line(`    ${text}`);
  }
  line(`\n${dim(`Logs: ${logs}   Stop: Ctrl-C`)}`);
}
