import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { networksOf, parseNetwork } from './networks.ts';

const strict = networksOf([]);

describe('where messages may go', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '::FFFF:169.254.169.254',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    'not an address',
    '',
  ])('not to %s', (address) => {
    expect(strict.refusal(address)).toContain('not a public address');
  });

  test.each([
    '93.184.215.14',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '::ffff:8.8.8.8',
  ])('to %s', (address) => expect(strict.refusal(address)).toBeNull());

  test('an IPv4 address is judged the same in whatever form it comes', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const mapped = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        expect(strict.refusal(mapped) === null).toBe(strict.refusal(address) === null);
      }),
    );
  });

  test('what an operator allows, and nothing beside it', () => {
    const some = networksOf(['10.1.0.0/16', 'fd12::/16']);
    expect(some.refusal('10.1.2.3')).toBeNull();
    expect(some.refusal('::ffff:10.1.2.3')).toBeNull();
    expect(some.refusal('fd12::1')).toBeNull();
    expect(some.refusal('10.2.0.1')).not.toBeNull();
    expect(some.refusal('169.254.169.254')).not.toBeNull();
    expect(some.isAllowedPrivate('10.1.2.3')).toBe(true);
    expect(some.isAllowedPrivate('8.8.8.8')).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    [' 127.0.0.1 ', '127.0.0.1/32'],
    ['fd00::/8', 'fd00::/8'],
    ['10.0.0.0/33', null],
    ['10.0.0.0/8/8', null],
    ['example.com', null],
    ['', null],
  ])('%s is read as %s', (text, read) => expect(parseNetwork(text)).toBe(read));
});
