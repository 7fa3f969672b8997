/** Which addresses are of this machine alone. */
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Whether an IP address is of this machine alone, IPv4 within IPv6 (`::ffff:127.0.0.1`) too. A name
 * is none, whatever it leads to: ask with the address that it led to.
 */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  return LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
