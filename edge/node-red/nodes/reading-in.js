export { default } from './reading-in.ts';
