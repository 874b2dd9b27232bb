import { isUtf8 } from 'node:buffer';
import { firstBadUtf8 } from '../formats/utf8.ts';
import { type Located, locatedInteger, locatedText } from './located.ts';
import type { Filler } from './shape.ts';

/** Fills the field with the same value for all records. */
export function constant(index: number, { document, value }: Located): Filler {
  return { fill: (_, row) => row.set(index, document, value) };
}

/** Fills the field with the text of a header; left out where the record has none of the name. */
export function headerText(index: number, name: string, path: string): Filler {
  return {
    fill(record, row) {
      const bytes = record.header(name);
      if (bytes === undefined) return;
      if (isUtf8(bytes)) {
        const { document, value } = locatedText(bytes.toString('utf8'));
        row.set(index, document, value);
        return;
      }
      const at = firstBadUtf8(bytes);
      const message = `the header is not valid UTF-8 at byte ${at}`;
      const found = `byte ${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      row.problems.push({ code: 'V066', finding: { path, message, expected: 'UTF-8', found }, fields: [index] });
    },
  };
}

/** Fills the field with the record's offset. */
export function offset(index: number, asText: boolean): Filler {
  return {
    fill(record, row) {
      const { document, value } = asText ? locatedText(String(record.offset)) : locatedInteger(record.offset);
      row.set(index, document, value);
    },
  };
}

/** Fills a primary key with `topic+partition+offset`, which is a record's own however often it is read. */
export function kafkaKey(index: number, topic: string, partition: number): Filler {
  const prefix = `${topic}+${partition}+`;
  return {
    fill(record, row) {
      const { document, value } = locatedText(`${prefix}${record.offset}`);
      row.set(index, document, value);
    },
  };
}

/** The times of years 1 to 9999, which RFC 3339 can say, in milliseconds since the Unix epoch. */
const timestampMin = Date.parse('0001-01-01T00:00:00Z');
const timestampMax = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Fills the field with Kafka's timestamp, as milliseconds since the Unix epoch or as RFC 3339 in UTC; left out where
 * the record has none, which Kafka says with -1.
 */
export function timestamp(index: number, asText: boolean): Filler {
  return {
    fill({ timestampMs }, row) {
      if (timestampMs === -1n) return;
      const milliseconds = Number(timestampMs);
      if (asText && (milliseconds < timestampMin || milliseconds > timestampMax)) {
        const finding = { path: '$timestamp', expected: 'a time of years 1 to 9999', found: `${timestampMs} ms` };
        row.problems.push({ code: 'V067', finding, fields: [index] });
        return;
      }
      const { document, value } = asText
        ? locatedText(new Date(milliseconds).toISOString())
        : locatedInteger(timestampMs);
      row.set(index, document, value);
    },
  };
}
