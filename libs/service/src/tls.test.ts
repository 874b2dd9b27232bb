import { expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { clientCredentials, isLoopback, serverCredentials } from './tls.ts';

const none = { tlsCertFile: undefined, tlsKeyFile: undefined, tlsCaFile: undefined };

test('without files there is no TLS', () => {
  expect(serverCredentials(none)._isSecure()).toBe(false);
  expect(clientCredentials(none)._isSecure()).toBe(false);
});

test('half of a pair, and a file that is not there, are matters of configuration', () => {
  expect(() => serverCredentials({ ...none, tlsCertFile: '/a.pem' })).toThrow(ConfigError);
  expect(() => serverCredentials({ ...none, tlsCertFile: '/no/a.pem', tlsKeyFile: '/no/b.pem' })).toThrow(
    'TLS_CERT_FILE',
  );
  expect(() => clientCredentials({ ...none, tlsCaFile: '/no/ca.pem' })).toThrow('TLS_CA_FILE: ENOENT');
});

test.each([
  ['localhost:50051', true],
  ['dns:///localhost:50051', true],
  ['127.0.0.1:1', true],
  ['ipv4:127.1.2.3:1', true],
  ['[::1]:50051', true],
  ['ipv6:[::1]:50051', true],
  ['dns:///schema-validator:50051', false],
  ['localhost.example.com:1', false],
  ['10.127.0.1:1', false],
])('%s is this machine: %s', (address, is) => {
  expect(isLoopback(address)).toBe(is);
});
