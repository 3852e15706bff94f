/** Ends with 0 where the process of this container answers `/health` on the port given, with 1 otherwise. */
const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/health`).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
