import { connect, type Socket } from 'node:net';

/** A device's TCP connection, opened anew whenever it is lost. */
export interface DeviceLink {
  readonly isConnected: boolean;
  /** Sends where connected and says whether it was; a device that gets no answer sends again by itself. */
  send(bytes: Buffer): boolean;
  close(): Promise<void>;
}

/** Opens a device's connection and keeps it open until closed. */
export function openDeviceLink(options: {
  host: string;
  port: number;
  /** Wait before connecting again, in ms. */
  reconnectMs: number;
  onConnected: () => void;
  onData: (chunk: Buffer) => void;
}): DeviceLink {
  let socket: Socket | undefined;
  let isConnected = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const open = () => {
    socket = connect({ host: options.host, port: options.port, noDelay: true });
    socket.on('connect', () => {
      isConnected = true;
      options.onConnected();
    });
    socket.on('data', options.onData);
    // Every error is followed by 'close', where the device tries again.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      isConnected = false;
      if (!isClosed) timer = setTimeout(open, options.reconnectMs);
    });
  };
  open();
  return {
    get isConnected() {
      return isConnected;
    },
    send: (bytes) => {
      if (isConnected) socket?.write(bytes);
      return isConnected;
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      if (!socket || socket.destroyed) return;
      const ended = new Promise((resolve) => socket?.once('close', resolve));
      socket.destroy();
      await ended;
    },
  };
}
