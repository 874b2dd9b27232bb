/** Puts the real Kafka and Milvus into `.millrace/` before the tests, with visible progress. */
import { canRunMilvus, installKafka, installMilvus, installMilvusLite, olderKafkaVersion } from '@millrace/testing';

const report = (name: string) => {
  let isFirst = true;
  return (line: string) => {
    if (isFirst) console.log(`Installing ${name} into .millrace/ …`);
    isFirst = false;
    if (/^(\[INFO\] Copying|Downloading from|Collecting|Successfully)/.test(line.trim()))
      console.log(`  ${line.trim()}`);
  };
};

await installKafka(report('Kafka'));
await installKafka(report(`Kafka ${olderKafkaVersion}`), olderKafkaVersion);
await installMilvusLite(report('milvus-lite'));
if (canRunMilvus) await installMilvus(report('Milvus 2.3.5'));
