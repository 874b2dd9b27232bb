import { expect, it } from 'vitest';
import { parseLoadEnd, parseVerify } from './load-end.ts';

it('reads what the load says at its end, not on its way', () => {
  const log =
    '  1 000 records to topic_0, 9 of them bad, 200 rec/s\n✓ sent 41 230 records to topic_0, 412 of them bad, 198 rec/s\n';
  expect(parseLoadEnd(log)).toEqual({ sent: 41_230, bad: 412 });
  expect(() => parseLoadEnd('  1 000 records to topic_0, 9 of them bad, 200 rec/s\n')).toThrow('did not say');
});

it('reads the counts of verify', () => {
  const report = `audited  group connect-audited
  records             41 231
  written             10 000   Milvus has what the last record of their key says
  dead-lettered          412   in audited.dead-letters
  MISSING                  2   not in Milvus, and nothing says why
`;
  expect(parseVerify(report)).toEqual({ records: 41_231, written: 10_000, 'dead-lettered': 412, MISSING: 2 });
});
