/** bash's files that are connections: `/dev/tcp/HOST/PORT`. */
const SOCKET = /^\/dev\/(?:tcp|udp)\//;

export function isSocket(path: string): boolean {
  return SOCKET.test(path);
}
