import { BlockList, isIP } from 'node:net';

/**
 * What is not the public internet. IPv4: all of IANA's special-purpose registry. IPv6: everything but global unicast, and of
 * that what stands for something else; the addresses of the clouds' metadata services lie in these.
 */
const PRIVATE_4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const GLOBAL_6 = '2000::/3';
/** Tunnels and translations hide an IPv4 address that nobody has looked at; the rest is for documents and benchmarks. */
const PRIVATE_6: readonly string[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const private4 = listOf(PRIVATE_4);
const global6 = listOf([GLOBAL_6]);
const private6 = listOf(PRIVATE_6);

/** `10.1.0.0/16`, `fd00::/8`, or one address. Null: it is none. */
export function parseNetwork(text: string): string | null {
  const [address = '', bits, more] = text.trim().split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more !== undefined) return null;
  const most = version === 6 ? 128 : 32;
  if (bits === undefined) return `${address}/${most}`;
  return /^\d{1,3}$/u.test(bits) && Number(bits) <= most ? `${address}/${Number(bits)}` : null;
}

export type Networks = Readonly<{
  /** Null: messages may go there. Else why not, in words. */
  refusal(address: string): string | null;
  /** Only where an operator has allowed the network: there plain HTTP is in order. */
  isAllowedPrivate(address: string): boolean;
}>;

/** @param allowed networks that are not public, to which an operator lets messages go */
export function networksOf(allowed: readonly string[]): Networks {
  const list = listOf(allowed);
  const isIn = (blocks: BlockList, address: string) => blocks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const isAllowedPrivate = (address: string) => {
    const real = embedded4(address) ?? address;
    return isIP(real) !== 0 && isIn(list, real);
  };
  return {
    isAllowedPrivate,
    refusal(address) {
      const real = embedded4(address) ?? address;
      const version = isIP(real);
      const isPublic =
        version === 4
          ? !isIn(private4, real)
          : version === 6 && !real.includes('%') && isIn(global6, real) && !isIn(private6, real);
      if (isPublic || isAllowedPrivate(address)) return null;
      return `${address} is not a public address; NOTIFICATION_ALLOWED_NETWORKS can allow its network`;
    },
  };
}

/** The IPv4 address that an IPv4-mapped IPv6 one is (RFC 4291 §2.5.5.2): the system connects to that. */
function embedded4(address: string): string | null {
  if (isIP(address) !== 6) return null;
  // The URL parser writes every form of an address in one.
  const plain = URL.parse(`http://[${address.split('%')[0] ?? ''}]/`)?.hostname.slice(1, -1) ?? '';
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/u.exec(plain);
  if (!match) return null;
  const [high = 0, low = 0] = [match[1], match[2]].map((part) => Number.parseInt(part ?? '', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
