import { ManualClock } from '@millrace/delivery';
import { expect, test } from 'vitest';
import { SimulatedProcess } from './simulated-process.ts';
import { StreamCall } from './stream-call.ts';

/** A call whose messages take these times, one after the other. */
function scene(...delaysMs: number[]) {
  const clock = new ManualClock(0);
  const ends = { client: new SimulatedProcess('c', clock), server: new SimulatedProcess('s', clock) };
  const codec = { encode: (text: string) => Buffer.from(text), decode: String };
  const call = new StreamCall<string, string, string>(
    clock,
    () => delaysMs.shift() ?? 0,
    ends,
    codec,
    () => {},
  );
  const heard: string[] = [];
  const note = (what: string) => (value?: unknown) => heard.push(value === undefined ? what : `${what} ${value}`);
  call.server.on('data', note('server:')).on('end', note('server end')).on('cancelled', note('server cancelled'));
  call.client.end.on('data', note('client:')).on('end', note('client end'));
  call.client.end.on('error', ({ code }) => heard.push(`client error ${code}`));
  call.client.end.on('status', ({ code }) => heard.push(`client status ${code}`));
  return { clock, call, heard, ...ends };
}

test('messages arrive in order, whatever each would take by itself; the status comes behind them', () => {
  const { clock, call, heard } = scene(50, 10, 0);
  call.client.end.write('a');
  call.client.end.write('b');
  call.client.end.end();
  clock.advance(49);
  expect(heard).toEqual([]);
  clock.advance(1);
  call.server.write('x');
  call.server.end();
  clock.advance(1);
  expect(heard).toEqual(['server: a', 'server: b', 'server end', 'client: x', 'client status 0', 'client end']);
});

test('an error that the server emits ends the call with its status', () => {
  const { clock, call, heard } = scene();
  call.server.emit('error', { code: 3, details: 'no' });
  clock.advance(1);
  expect(heard).toEqual(['client error 3', 'client status 3', 'client end']);
});

test('a connection that breaks loses what is on its way, and each side sees it at a time of its own', () => {
  const { clock, call, heard } = scene(10, 10);
  call.client.end.write('a');
  call.server.write('x');
  call.break(clock, 100, 200);
  clock.advance(150);
  expect(heard).toEqual(['client error 14', 'client status 14', 'client end']);
  clock.advance(50);
  expect(heard.at(-1)).toBe('server cancelled');
});

test('a cancelled call tells its client at once and its server later, and brings nothing more', () => {
  const { clock, call, heard } = scene(0, 30);
  call.server.write('x');
  call.client.end.cancel();
  clock.advance(29);
  expect(heard).toEqual(['client error 1', 'client status 1', 'client end']);
  clock.advance(1);
  expect(heard.at(-1)).toBe('server cancelled');
  expect(call.server.cancelled).toBe(true);
});

test('a paused process hears nothing until it is continued', () => {
  const { clock, call, heard, server } = scene();
  server.pause();
  call.client.end.write('a');
  clock.advance(1_000);
  expect(heard).toEqual([]);
  server.continue();
  clock.advance(0);
  expect(heard).toEqual(['server: a']);
});
