export { default } from './publish.ts';
