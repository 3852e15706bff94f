export { default } from './event-in.ts';
