import { migrateAll } from '#provisioning/prepare.ts';

migrateAll(process.argv[2] as string);
