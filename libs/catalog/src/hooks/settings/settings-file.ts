import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { catalogError } from '../../catalog-error.ts';
import { type ClientSettings, isSettings } from './client-settings.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * A settings file's content; null where there is none.
 * @throws AppError `CATALOG_SETTINGS_UNSAFE` for a link or what is no file, `CATALOG_SETTINGS_UNREADABLE`,
 *   `CATALOG_SETTINGS_INVALID`; nothing of the content is quoted.
 */
export function readSettings(file: string): ClientSettings | null {
  const text = readBounded(file);
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (isSettings(parsed)) return parsed;
  throw catalogError('CATALOG_SETTINGS_INVALID', {
    file,
    hint: 'Repair or move it; nothing was changed.',
  });
}

/** The file's text, read without following a link; null where there is none. */
export function readBounded(file: string): string | null {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP')
      throw unsafe(file, 'It is a link, and what it leads to may be published. Make it a file.');
    throw catalogError('CATALOG_SETTINGS_UNREADABLE', { file, hint: `The system says ${code}.` });
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw unsafe(file, 'It is not a regular file.');
    if (stats.size > MAX_BYTES) throw unsafe(file, 'It is larger than 4 MiB.');
    return readFileSync(fd, 'utf8').replace(/^\uFEFF/, '');
  } finally {
    closeSync(fd);
  }
}

/**
 * Replaces the file in one step, as JSON with two spaces, and keeps what it was before the first of our changes beside
 * it. The folder is made where it is missing.
 * @throws AppError `CATALOG_SETTINGS_UNSAFE`, `CATALOG_SETTINGS_UNWRITABLE`
 */
export function writeSettings(file: string, settings: ClientSettings, mode: 0o600 | 0o644): void {
  const before = readBounded(file);
  const backup = `${file}.before-gatehouse`;
  if (before !== null && !existsSync(backup)) replaceFile(backup, before, mode);
  replaceFile(file, `${JSON.stringify(settings, null, 2)}\n`, mode);
}

/** @throws AppError as `writeSettings` */
export function replaceFile(file: string, content: string | Uint8Array, mode: number): void {
  const folder = dirname(file);
  const temporary = `${file}.new-${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: mode === 0o644 ? 0o755 : 0o700 });
    refuseForeign(folder);
    const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    try {
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(temporary, mode);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    const code = codeOf(error);
    if (code.startsWith('CATALOG_')) throw error;
    throw catalogError('CATALOG_SETTINGS_UNWRITABLE', { file, hint: `The system says ${code}.` });
  }
}

/** Who may write the folder may put another file in the place of ours. */
function refuseForeign(folder: string): void {
  const stats = lstatSync(folder);
  const own = process.geteuid?.() ?? stats.uid;
  if (!stats.isDirectory()) throw unsafe(folder, 'Its folder is a link or no folder.');
  if (stats.uid !== own && stats.uid !== 0) throw unsafe(folder, 'Its folder belongs to another user.');
  if (process.platform !== 'win32' && (stats.mode & 0o022) !== 0)
    throw unsafe(folder, `Others may write its folder. Run: chmod go-w ${folder}`);
}

function unsafe(file: string, hint: string) {
  return catalogError('CATALOG_SETTINGS_UNSAFE', { file, hint });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
