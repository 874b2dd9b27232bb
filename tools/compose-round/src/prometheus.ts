/** One metric of each service that moves when records flow, by the job that scrapes it. */
export const moving: Readonly<Record<string, string>> = {
  consumer: 'millrace_records_written_total',
  'schema-validator': 'millrace_validator_records_total',
  inserter: 'millrace_inserter_rows_total',
};

/** The one number that a query of `/api/v1/query` answers with; undefined where there is no series. @throws Error on any other answer */
export function parseNumber(answer: unknown): number | undefined {
  if (!(answer instanceof Object && 'status' in answer && answer.status === 'success' && 'data' in answer)) {
    throw new Error(`Prometheus answered ${JSON.stringify(answer)}`);
  }
  const { data } = answer;
  const results = data instanceof Object && 'result' in data && Array.isArray(data.result) ? data.result : [];
  if (results.length === 0) return undefined;
  const value: unknown = results[0]?.value?.[1];
  if (results.length > 1 || typeof value !== 'string') throw new Error('Prometheus answered with more than one number');
  return Number(value);
}
