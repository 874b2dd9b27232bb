import { startKafka, startMilvusLite } from '@millrace/testing';

const k = await startKafka();
const m = await startMilvusLite();
console.log(`export BOOTSTRAP_SERVERS=${k.bootstrap} MILVUS_ENDPOINT=http://${m.address}`);
await new Promise(() => setInterval(() => {}, 1000));
