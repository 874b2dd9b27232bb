import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, parseEndpoint } from './address.ts';

test.each([
  ['https://in01-abc.example.com:19530', true, 'https://in01-abc.example.com:19530'],
  ['HTTPS://in03-abc.example.com/', true, 'https://in03-abc.example.com:443'],
  ['http://milvus:19530', false, 'http://milvus:19530'],
  ['http://milvus', false, 'http://milvus:19530'],
  ['milvus:19531', false, 'http://milvus:19531'],
  ['localhost', false, 'http://localhost:19530'],
  ['[::1]:19530', false, 'http://[::1]:19530'],
  ['https://[2001:db8::1]', true, 'https://[2001:db8::1]:443'],
])('%s is an endpoint', (text, tls, url) => expect(parseEndpoint(text)).toMatchObject({ tls, url }));

test.each([
  ['https://<public.endpoint>:port', 'placeholder'],
  ['https://in01-abc.example.com:port', 'placeholder'],
  ['https://root:pass@milvus:19530', 'user name'],
  ['root:pass@milvus:19530', 'user name'],
  ['http://milvus:0', '1 to 65535'],
  ['http://milvus:65536', '1 to 65535'],
  ['http://milvus:', '1 to 65535'],
  ['milvus:19530x', '1 to 65535'],
  ['::1:19530', 'brackets'],
  ['tcp://milvus:19530', 'https://'],
  ['http://', 'missing'],
  ['http://milvus:19530/path', 'end after'],
  ['http://milvus?token=x', 'end after'],
  ['mil vus:1', 'host:port'],
])('%s is refused', (text, words) => {
  const result = parseEndpoint(text);
  expect('failure' in result && result.failure).toContain(words);
});

test('an address without a port needs a default', () => {
  expect(parseAddress('kafka')).toEqual({ failure: 'the port is missing' });
  expect(parseAddress('kafka', 9092)).toEqual({ host: 'kafka', port: 9092 });
});

test('no text makes it throw, and a failure never repeats the text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (text) => {
      const result = parseEndpoint(`u:${text}@`);
      expect('failure' in result && !result.failure.includes(text)).toBe(true);
    }),
  );
});
