import { useEffect } from 'react';
import { type WallSound, wallHeartbeatMs } from '#contracts/wall.ts';
import { useConsole } from '../page/console-context.ts';
import { useIsConnected } from '../page/lost-bar.tsx';

/** Says how this wall is: regularly, at once when it changes, and with every new connection. */
export function useWallHeartbeat(sound: WallSound): void {
  const { link } = useConsole();
  const isConnected = useIsConnected(link);
  useEffect(() => {
    document.documentElement.dataset.wallSound = sound;
    if (!isConnected) return;
    link.tellWall({ sound });
    const timer = setInterval(() => link.tellWall({ sound }), wallHeartbeatMs);
    return () => clearInterval(timer);
  }, [link, sound, isConnected]);
}
