export { default } from './command.ts';
