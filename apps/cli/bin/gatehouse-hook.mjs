#!/usr/bin/env node
/**
 * A client's hook as a command: `gatehouse-hook.mjs govern|track [FILE]`. Posts the hook's JSON from standard input to
 * the server, and prints the answer when it is certain that the server gave it to this very request; anything else is
 * a failure with a reason on standard error. It exits with 2 for `govern`, which blocks the call, and with 1 for
 * `track`, where 2 would keep a client from stopping. FILE holds what `gatehouse core hooks install` made.
 *
 * Plain JavaScript and built-in modules alone: it runs before and after every tool call. The modules are not imported,
 * because an import also loads everything that they would load on demand (measured: 40 ms).
 */
const { createHash, createHmac, randomBytes, timingSafeEqual } = process.getBuiltinModule('node:crypto');
const fs = process.getBuiltinModule('node:fs');
const os = process.getBuiltinModule('node:os');

const DEADLINE_MS = 8000;
const MAX_INPUT_BYTES = 16 * 1024 * 1024;
const MAX_ANSWER_BYTES = 17 * 1024 * 1024;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

const startedAt = performance.now();
const [route = 'govern', file = ownFile()] = process.argv.slice(2);
const failureCode = route === 'track' ? 1 : 2;
const timer = setTimeout(() => fail('the server did not answer in time'), DEADLINE_MS);

process.on('uncaughtException', () => fail('the hook failed'));
process.on('unhandledRejection', () => fail('the hook failed'));

if (route !== 'govern' && route !== 'track') fail('the first argument is govern or track');
const installed = readInstalled();
const body = readInput();
post(requestFor(installed, body));

function requestFor({ url, credential, answerKey, onAllow, settingsFile }, input) {
  const target = route === 'govern' && onAllow === 'none' ? 'govern?on_allow=none' : route;
  return {
    url: new URL(`/api/v1/hooks/${target}`, url),
    target,
    input,
    key: Buffer.from(answerKey, 'base64url'),
    nonce: randomBytes(16).toString('hex'),
    credential,
    client: clientVersion(),
    settings: settingsHash(settingsFile),
    device: deviceId(),
  };
}

/**
 * HTTP by hand: the module for it would cost as much as all the rest. Version 1.0, so that the answer comes in one piece
 * and its end is that of the connection. Nothing that is read here counts before the proof is right.
 */
function post(request, [host, ...others] = hostsOf(request.url)) {
  const { url, input } = request;
  const secure = url.protocol === 'https:';
  const port = Number(url.port) || (secure ? 443 : 80);
  const net = process.getBuiltinModule('node:net');
  const name = nameOf(url);
  const socket = secure
    ? process
        .getBuiltinModule('node:tls')
        .connect({ host, port, servername: net.isIP(name) === 0 ? name : '', rejectUnauthorized: true })
    : net.connect({ host, port });
  const chunks = [];
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) fail('the answer is too large');
    chunks.push(chunk);
  });
  socket.on('end', () => receive(request, Buffer.concat(chunks)));
  const brokeOff = () => fail('the connection broke off');
  socket.on('error', ({ code }) => {
    if (code !== 'ECONNREFUSED' || others.length === 0)
      fail(`the server cannot be reached (${code ?? 'connection lost'})`);
    socket.off('close', brokeOff);
    post(request, others);
  });
  socket.on('close', brokeOff);
  const head = [
    `POST ${url.pathname}${url.search} HTTP/1.0`,
    `host: ${url.host}`,
    `authorization: Bearer ${request.credential}`,
    'content-type: application/json',
    `content-length: ${input.length}`,
    `x-gatehouse-nonce: ${request.nonce}`,
    `x-gatehouse-client: ${request.client}`,
    `x-gatehouse-settings: ${request.settings}`,
    `x-gatehouse-device: ${request.device}`,
    '\r\n',
  ].join('\r\n');
  socket.write(Buffer.concat([Buffer.from(head, 'latin1'), input]));
}

/** Where to connect, one after the other. `localhost` is not looked up (RFC 6761): that would take 5 ms. */
function hostsOf(url) {
  const name = nameOf(url);
  return name === 'localhost' ? ['127.0.0.1', '::1'] : [name];
}

function nameOf({ hostname }) {
  return hostname.replace(/^\[|\]$/g, '');
}

function receive(request, message) {
  const end = message.indexOf('\r\n\r\n');
  const head = message.toString('latin1', 0, Math.max(end, 0));
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1];
  const proof = /\r\nx-gatehouse-answer: ?([0-9a-f]{64})(?:\r\n|$)/i.exec(head)?.[1];
  const answer = message.subarray(end + 4);
  if (proof === undefined || !isGenuine(request, status, proof, answer))
    fail('what answers at its address is not the server of this installation');
  if (status !== '200') fail(`the server refused the hook (status ${status})`);
  clearTimeout(timer);
  write(1, answer);
  process.exit(0);
}

/** The server's proof covers the nonce, everything that it was sent, the status and the answer. */
function isGenuine({ target, input, key, nonce, client, settings, device }, status, proof, answer) {
  const asked = createHash('sha256')
    .update(`${target}\n${client}\n${settings}\n${device}\n`)
    .update(input)
    .digest('hex');
  const expected = createHmac('sha256', key)
    .update(`gatehouse-hook-answer 1\n${nonce}\n${asked}\n${status}\n`)
    .update(answer)
    .digest();
  return timingSafeEqual(expected, Buffer.from(proof, 'hex'));
}

/** By the user database and not by the environment, which a project's settings can change. */
function ownFile() {
  return `${os.userInfo().homedir}/.config/gatehouse/hooks/claude-code.json`;
}

function readInstalled() {
  let fd;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  } catch {
    return fail(`nothing is installed as ${file}; run: gatehouse core hooks install --client claude-code`);
  }
  const stats = fs.fstatSync(fd);
  const mine = process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o077) === 0);
  if (!stats.isFile() || !mine || stats.size > MAX_FILE_BYTES)
    fail(`${file} is open to others; chmod 600 it`);
  try {
    const read = JSON.parse(fs.readFileSync(fd, 'utf8'));
    const { url, credential, answerKey, settingsFile } = read;
    const texts = [url, credential, answerKey, settingsFile].every((value) => typeof value === 'string');
    const right = texts && /^ghk_[0-9a-f]{96}$/.test(credential) && /^https?:/.test(new URL(url).protocol);
    if (right && Buffer.from(answerKey, 'base64url').length === 32) return read;
  } catch {}
  return fail(`${file} is damaged; run: gatehouse core hooks install --client claude-code`);
}

function readInput() {
  const chunks = [];
  for (let bytes = 0; ; ) {
    const chunk = Buffer.allocUnsafe(65_536);
    let got = 0;
    try {
      got = fs.readSync(0, chunk);
    } catch (error) {
      if (error.code === 'EOF') return Buffer.concat(chunks);
      if (error.code !== 'EAGAIN') return fail('the hook input cannot be read');
      if (performance.now() - startedAt > DEADLINE_MS) return fail('the hook input did not come in time');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      continue;
    }
    if (got === 0) return Buffer.concat(chunks);
    bytes += got;
    if (bytes > MAX_INPUT_BYTES) return fail('the hook input is larger than 16 MiB');
    chunks.push(chunk.subarray(0, got));
  }
}

/** What the client says of itself to what it runs: `AI_AGENT=claude-code_2-1-330_agent`, or its program's path. */
function clientVersion() {
  const { AI_AGENT: agent = '', CLAUDE_CODE_EXECPATH: program = '' } = process.env;
  const version =
    /^claude-code_(\d{1,5})-(\d{1,5})-(\d{1,5})_/.exec(agent)?.slice(1).join('.') ??
    /(?:[\\/]versions[\\/]|[\\/]claude-code-)(\d{1,5}\.\d{1,5}\.\d{1,5})(?![\d.])/.exec(program)?.[1];
  return `claude-code/${version ?? 'unknown'}`;
}

/** Must give what `deviceId` of libs/catalog gives. */
function deviceId() {
  let machine = os.hostname();
  try {
    machine = fs.readFileSync('/etc/machine-id', 'latin1').trim() || machine;
  } catch {}
  const { username } = os.userInfo();
  return createHash('sha256').update(`gatehouse device\n${machine}\n${username}`).digest('hex').slice(0, 32);
}

/** Must give what `settingsHash` of libs/catalog gives: our hooks with their groups, and the switches over all hooks. */
function settingsHash(path) {
  let settings;
  try {
    if (fs.statSync(path).size > MAX_FILE_BYTES) return 'unreadable';
    settings = JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch {
    return 'unreadable';
  }
  const events = Object.entries(settings?.hooks ?? {});
  const hooks = events.flatMap(([event, groups]) =>
    (Array.isArray(groups) ? groups : []).filter(isOurs).map((group) => [event, group]),
  );
  hooks.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const { disableAllHooks = null, allowManagedHooksOnly = null } = settings ?? {};
  return createHash('sha256')
    .update(JSON.stringify(sorted({ hooks, disableAllHooks, allowManagedHooksOnly })))
    .digest('hex');
}

function isOurs(group) {
  if (!Array.isArray(group?.hooks)) return false;
  return group.hooks.some(
    (hook) =>
      (typeof hook?.url === 'string' && /\/api\/v1\/hooks\/(?:govern|track)(?:\?|$)/.test(hook.url)) ||
      [hook?.command, ...(Array.isArray(hook?.args) ? hook.args : [])].some(
        (word) => typeof word === 'string' && word.includes('gatehouse-hook'),
      ),
  );
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function write(fd, bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(failureCode);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function fail(reason) {
  write(2, Buffer.from(`[GOVERNANCE] ${route === 'govern' ? 'Blocked' : 'Not recorded'}: ${reason}.\n`));
  process.exit(failureCode);
}
