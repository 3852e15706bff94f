import { beforeEach, expect, test } from 'vitest';
import { PendingConnections } from './pending-connections.ts';

let at: number;
let room: PendingConnections;
let cut: string[];
beforeEach(() => {
  at = 0;
  cut = [];
  room = new PendingConnections({ maxWaiting: 4, maxWaitMs: 5000 }, new Set(), () => at);
});

const enter = (name: string, address: string) =>
  room.enter(address, (cause) => cut.push(cause === 'full' ? name : `${name} ${cause}`));

test('the network with the most loses the one that waits longest, and nobody else', () => {
  enter('a1', '192.0.2.1');
  for (let i = 1; i <= 5; i++) enter(`b${i}`, '192.0.2.2');
  expect(cut).toEqual(['b1', 'b2']);
});

test('all addresses of an IPv6 /64 are one network', () => {
  enter('a1', '2001:db8:0:2::1');
  for (let i = 1; i <= 4; i++) enter(`b${i}`, `2001:db8:0:1::${i}`);
  expect(cut).toEqual(['b1']);
});

test('who has done what was next waits anew', () => {
  const [first] = [enter('b1', '192.0.2.2'), enter('b2', '192.0.2.2'), enter('b3', '192.0.2.2')];
  first?.step();
  for (let i = 4; i <= 6; i++) enter(`b${i}`, '192.0.2.2');
  expect(cut).toEqual(['b2', 'b3']);
});

test('a network from which somebody has signed in is cut after all strangers, until it fills its share', () => {
  enter('known', '192.0.2.1').signedIn();
  enter('a1', '192.0.2.1');
  for (let i = 1; i <= 6; i++) enter(`b${i}`, `198.51.100.${i}`);
  expect(cut).toEqual(['b1', 'b2', 'b3']);
  for (let i = 2; i <= 4; i++) enter(`a${i}`, '192.0.2.1');
  expect(cut.slice(3)).toEqual(['b4', 'a1', 'a2']);
});

test('who a proxy speaks for counts where it comes from', () => {
  enter('a1', '10.0.0.1').from('192.0.2.1');
  for (let i = 1; i <= 4; i++) enter(`b${i}`, '10.0.0.1').from('192.0.2.2');
  enter('c1', '10.0.0.1').from('192.0.2.3');
  expect(cut).toEqual(['b1', 'b2']);
});

test('who has not asked in time is cut, who has waits for us', () => {
  enter('slow', '192.0.2.1');
  enter('signing in', '192.0.2.1').asked();
  at = 1;
  enter('later', '192.0.2.1').step();
  at = 5000;
  room.checkTime();
  expect(cut).toEqual(['slow late']);
  at = 5001;
  room.checkTime();
  expect(cut).toEqual(['slow late', 'later late']);
  expect(room.size).toBe(1);
});
