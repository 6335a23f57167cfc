/** `npm ci` when what is installed is not what the lockfile says. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { hasNode, nodeProgram, root } from './node.mjs';

/** The packages take 0.7 GB. */
const leastFreeBytes = 1_000_000_000;
const tellEveryMs = 1_000;
const keptCharacters = 20_000;

export class InstallFailure extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

export async function install() {
  const wanted = packagesOf('package-lock.json');
  if (isInstalled(wanted)) return;
  const disk = statfsSync(root);
  if (disk.bavail * disk.bsize < leastFreeBytes) {
    throw new InstallFailure(5, `The disk of ${root} is too full to install the packages: free 1 GB of it.`);
  }
  const ran = await npmCi(wanted);
  if (ran.code !== 0) throw failureOf(ran.output);
  if (!hasNode()) {
    throw new InstallFailure(
      4,
      `The package "node" left no program at ${nodeProgram}: let npm run install scripts (npm config get ignore-scripts), and start again.`,
    );
  }
}

/** Compares with what npm itself noted when it had finished; an install that was cut off left no note. */
function isInstalled(wanted) {
  const installed = packagesOf('node_modules/.package-lock.json');
  return hasNode() && [...wanted].every(([path, version]) => installed.get(path) === version);
}

/** Path to version of every package that belongs on each machine. */
function packagesOf(lockFile) {
  let lock;
  try {
    lock = JSON.parse(readFileSync(`${root}/${lockFile}`, 'utf8'));
  } catch {
    return new Map();
  }
  const packages = Object.entries(lock.packages ?? {});
  return new Map(
    packages
      .filter(([path, entry]) => path.includes('node_modules/') && !entry.optional && !entry.link)
      .map(([path, entry]) => [path, entry.version]),
  );
}

async function npmCi(wanted) {
  const started = performance.now();
  const tell = () => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(4);
    const text = `${seconds} s  installing packages: ${countInstalled(wanted)} of ${wanted.size}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
  };
  tell();
  const timer = setInterval(tell, process.stderr.isTTY ? tellEveryMs : tellEveryMs * 5);
  try {
    return await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', ...soonTold]);
  } finally {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}

/** By npm's own defaults a machine without a network waits for minutes before it hears of it. */
const soonTold = ['--fetch-retry-factor=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

/** npm makes all folders first and fills them one by one. */
function countInstalled(wanted) {
  return [...wanted.keys()].filter((path) => existsSync(`${root}/${path}/package.json`)).length;
}

/** npm as it was called, or as it is found; its words go to stderr, and are kept to say what went wrong. */
function npm(args) {
  const self = process.env.npm_execpath;
  const [command, first] = self?.endsWith('.js') ? [process.execPath, [self]] : ['npm', []];
  const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output = (output + text).slice(-keptCharacters);
      process.stderr.write(text);
    });
  }
  return new Promise((done) => {
    child.once('error', (error) => done({ code: 127, output: error.message }));
    child.once('close', (code) => done({ code: code ?? 1, output }));
  });
}

function failureOf(output) {
  if (/ENOSPC/.test(output)) return new InstallFailure(5, `The disk of ${root} is full: free 1 GB of it.`);
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network/i.test(output)
  ) {
    return new InstallFailure(
      6,
      'No network: the packages could not be fetched. Connect, or name a registry that is reachable (npm config set registry), and start again.',
    );
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return new InstallFailure(
      7,
      `${root} cannot be written by this user: the packages are installed into it.`,
    );
  }
  const last = output.split('\n').find((line) => /npm (ERR!|error)/.test(line)) ?? 'see above';
  return new InstallFailure(1, `The packages could not be installed: ${last}`);
}
