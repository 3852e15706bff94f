declare module 'aedes-persistence-level' {
  import type { Level } from 'level';
  import type { RetainedDisk } from './retained-messages.ts';

  /** Aedes's persistence in LevelDB; it brings no types, and only its retained messages are used. */
  export default function level(db: Level): RetainedDisk;
}
