import type { Socket } from 'node:net';
import { maxPacketBytes } from './config.ts';

const maxLengthBytes = 4; // [MQTT-2.2.3]

/**
 * Ends a connection at the header of a packet longer than `maxPacketBytes`, before its body is buffered:
 * the parser of MQTT packets by itself buffers up to 256 MiB.
 */
export function limitPackets(socket: Socket, onOversize: () => void): Socket {
  let bodyLeft = 0;
  let headerBytes = 0;
  let length = 0;
  const isTooLong = (chunk: Buffer): boolean => {
    let at = 0;
    while (at < chunk.length) {
      if (bodyLeft > 0) {
        const accepted = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= accepted;
        at += accepted;
        continue;
      }
      const byte = chunk[at++] as number;
      if (headerBytes++ === 0) continue;
      length += (byte & 0x7f) * 128 ** (headerBytes - 2);
      if (length > maxPacketBytes || headerBytes > maxLengthBytes + 1) return true;
      if (byte < 0x80) {
        bodyLeft = length;
        headerBytes = 0;
        length = 0;
      }
    }
    return false;
  };
  const push = socket.push.bind(socket);
  socket.push = (chunk: Buffer | null, ...rest) => {
    if (chunk === null || !isTooLong(chunk)) return push(chunk, ...rest);
    onOversize();
    socket.destroy();
    return false;
  };
  return socket;
}
