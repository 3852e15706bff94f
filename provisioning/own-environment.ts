/** Names of the platform's processes, in their start order. */
export const processNames = [
  'broker',
  'ingest',
  'dispatch',
  'dashboard',
  'edge',
  'edge-hosted',
  'node-red',
  'simulators',
] as const;
export type ProcessName = (typeof processNames)[number];

type Environment = Record<string, string>;

/** Prefixes of the settings each process reads, secrets included. */
const ownParts: Record<ProcessName, readonly string[]> = {
  broker: ['BROKER'],
  ingest: ['INGEST', 'WARNING', 'STORE'],
  dispatch: ['DISPATCH'],
  dashboard: ['DASHBOARD', 'STORE'],
  edge: ['EDGE'],
  'edge-hosted': ['EDGE'],
  'node-red': ['EDGE_NODE_RED'],
  simulators: ['SIMULATORS'],
};

/** Settings of another process that begin with a process's prefix. */
const othersParts: Partial<Record<ProcessName, readonly string[]>> = {
  edge: ['EDGE_NODE_RED'],
  'edge-hosted': ['EDGE_NODE_RED'],
};

/** Variables for every program: paths of programs and certificates, time zone, language. */
const ofMachine = [
  ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TZ', 'LANG', 'LANGUAGE', 'TMPDIR'],
  ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'OPENSSL_CONF', 'LD_LIBRARY_PATH', 'NO_COLOR', 'FORCE_COLOR'],
  // Windows names its folders by these.
  ['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  ['NODE_OPTIONS', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'NODE_USE_ENV_PROXY'],
  ['NODE_ICU_DATA', 'NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE', 'NODE_DEBUG', 'NODE_NO_WARNINGS'],
].flat();
const ofMachineParts = ['LC_', 'UV_', 'SHOUWANG_'];
/** The outgoing proxy, which may contain a password: only for the process that calls other servers. */
const ofProxy = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * The part of the machine's environment that one process gets: its own settings and secrets, and variables for every
 * program. So whoever reads one process's environment has no password of another.
 */
export function ownEnvironment(name: ProcessName, given: Environment): Environment {
  const isOf = (parts: readonly string[] = [], variable: string) =>
    parts.some((part) => variable.startsWith(`${part}_`));
  const isOwn = (variable: string) => {
    if (isOf(ownParts[name], variable)) return !isOf(othersParts[name], variable);
    // Windows writes some in other capitals: Path.
    const upper = variable.toUpperCase();
    if (name === 'dispatch' && ofProxy.includes(upper)) return true;
    return ofMachine.includes(upper) || ofMachineParts.some((part) => upper.startsWith(part));
  };
  return Object.fromEntries(Object.entries(given).filter(([variable]) => isOwn(variable)));
}
