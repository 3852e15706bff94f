declare module 'node-red' {
  import type { RequestListener, Server } from 'node:http';

  const RED: {
    init(server: Server, settings: object): void;
    start(): Promise<void>;
    stop(): Promise<void>;
    readonly httpAdmin: RequestListener;
  };
  export default RED;
}
